/** What every answer tells browsers, and who may see what is no part of the shop. */
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  HookHandlerDoneFunction,
} from 'fastify';
import type { Config } from '../config/index.ts';
import { DomainError } from './errors.ts';

/** Scripts and styles come from files of this origin alone; nobody may frame a page. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ');

/** What the pages of `/docs` need besides: Swagger UI brings its icons and a style along in its files. */
export const DOCS_POLICY = `${CONTENT_SECURITY_POLICY}; img-src 'self' data:; style-src 'self' 'unsafe-inline'`;

/** Those that Helmet sets. What may be shown elsewhere, such as a picture, says so itself. */
const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'same-origin',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
};

/** Adds the headers to an answer that comes before any hook. */
export function protect(reply: FastifyReply): FastifyReply {
  return reply.headers(HEADERS);
}

/** Adds the headers to every other answer. */
export function useProtection(app: FastifyInstance): void {
  app.addHook('onRequest', (_request, reply, done) => {
    protect(reply);
    done();
  });
}

/** The settings that say who sees something. */
type AccessSetting = 'METRICS_ACCESS' | 'DOCS_ACCESS';

/**
 * A hook that lets those see something whom its setting names: everyone, or who calls on this machine,
 * or the operator, who sees all; as do the other processes. Anybody else gets 401.
 */
export function seenBy(config: Config, setting: AccessSetting) {
  const access = config[setting];
  const who = access === 'local' ? 'this machine and the operator' : 'the operator';
  return (request: FastifyRequest, _reply: FastifyReply, done: HookHandlerDoneFunction): void => {
    const mine = request.operator || request.forwarded;
    if (access === 'everyone' || mine || (access === 'local' && isLocal(request))) return done();
    return done(
      new DomainError(
        'unauthenticated',
        'not-shown',
        `This is shown to ${who} alone: send Authorization: Bearer, with the ADMIN_TOKEN, or set ${setting}.`,
      ),
    );
  };
}

/** What a proxy on this machine brings comes from elsewhere. */
const BROUGHT = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

function isLocal({ socket, headers }: FastifyRequest): boolean {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const isLoopback = address === '::1' || address.startsWith('127.');
  return isLoopback && !BROUGHT.some((name) => headers[name] !== undefined);
}
