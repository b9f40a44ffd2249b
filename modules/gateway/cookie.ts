/** The cookies of a browser: its session, which no script can read, and the secret of its CSRF tokens. */
import cookie from '@fastify/cookie';
import csrf from '@fastify/csrf-protection';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Session } from './session.ts';

const NAME = 'millrace_session';

const COOKIE = { path: '/', httpOnly: true, sameSite: 'lax', secure: 'auto' } as const;

/** Lets requests carry cookies, and replies make CSRF tokens that belong to one session each. */
export async function useCookies(app: FastifyInstance, secret: Buffer): Promise<void> {
  await app.register(cookie);
  await app.register(csrf, {
    cookieKey: 'millrace_csrf',
    cookieOpts: COOKIE,
    getToken: (request) => String(request.headers['x-csrf-token'] ?? ''),
    getUserInfo: (request) => request.session?.sessionId ?? '',
    csrfOpts: { hmacKey: secret.toString('base64') },
  });
}

/** The token in the session cookie, if there is one. */
export function cookieOf({ cookies }: FastifyRequest): string | undefined {
  return cookies[NAME];
}

/** Gives the browser its session, or only a longer life of it. */
export function setCookie(reply: FastifyReply, token: string, { expiresAt }: Session): void {
  reply.setCookie(NAME, token, { ...COOKIE, expires: new Date(expiresAt) });
}

export function clearCookie(reply: FastifyReply): void {
  reply.clearCookie(NAME, COOKIE);
}

/** A token for unsafe requests of this session. */
export function csrfTokenOf(reply: FastifyReply, { sessionId }: Session): string {
  return reply.generateCsrf({ userInfo: sessionId });
}
