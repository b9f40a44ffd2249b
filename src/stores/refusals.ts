/** Why an engine does not do what is asked of it: in words, with what to do about it. */
import { MongoServerError } from 'mongodb';
import { isForbidden } from '../bus/index.ts';

/** What Redis refuses, by the first word of its answer. */
const REDIS: Readonly<Record<string, string>> = {
  NOAUTH: 'Redis wants a password. Write it into REDIS_URL: redis://USER:PASSWORD@HOST:PORT.',
  WRONGPASS:
    'Redis does not take the user and the password in REDIS_URL. Correct them; characters such as ' +
    '@ : / are written as %40 %3A %2F.',
  OOM:
    'Redis is full: it holds as much as its maxmemory permits, and takes no writes. Raise that ' +
    '(redis-cli CONFIG SET maxmemory 2gb, and in redis.conf), or free memory there.',
  MISCONF:
    'Redis cannot write to its disk, and takes no writes. Free some space there; its log says more.',
  READONLY: 'Redis is a replica and takes no writes. Name its master in REDIS_URL.',
  NOREPLICAS:
    'Redis has fewer replicas than its min-replicas-to-write asks for, and takes no writes. Start them.',
  LOADING: 'Redis is still loading its data.',
  CLUSTERDOWN:
    'The Redis Cluster has slots that no master serves. Start the nodes that are missing, or assign ' +
    'the slots: redis-cli --cluster fix HOST:PORT.',
};

function forbidden(command = 'what Millrace has to do'): string {
  return (
    `Redis does not permit the user in REDIS_URL ${command}, on that key at least. ` +
    'npm run access prints the command that gives the user its rights.'
  );
}

/** MongoDB's codes (its error_codes.yml). */
const UNAUTHORIZED = 13;
const AUTHENTICATION_FAILED = 18;
const ATLAS_ERROR = 8000;

/** Says what Redis refuses; undefined where it is not a refusal that is known. */
export function redisRefusal(error: unknown): string | undefined {
  // A transaction says only that it was given up; the command that was refused has the reason.
  const { previousErrors: [first] = [] } = error as { previousErrors?: unknown[] };
  // Where the connection ended in the middle, the client gives all of it one error, which holds itself.
  if (first !== undefined && first !== error) return redisRefusal(first);
  const { message, command } = error as Error & { command?: { name?: string } };
  if (isForbidden(message)) return forbidden(command?.name?.toUpperCase());
  if (message.includes('DB index is out of range'))
    return 'Redis has no database of the number at the end of REDIS_URL. Correct it.';
  return REDIS[/^[A-Z]+(?= )/.exec(message)?.[0] ?? ''];
}

/** Says what MongoDB refuses, likewise. */
export function mongodbRefusal(error: unknown): string | undefined {
  if (!(error instanceof MongoServerError)) return undefined;
  if (error.code === AUTHENTICATION_FAILED || error.code === ATLAS_ERROR)
    return (
      'MongoDB does not take the user and the password in MONGODB_URL. Correct them, or name the ' +
      'database that knows the user: ?authSource=admin.'
    );
  if (error.code !== UNAUTHORIZED) return undefined;
  if (error.message.includes('requires authentication'))
    return (
      'MongoDB wants a login. Write it into MONGODB_URL: ' +
      'mongodb://USER:PASSWORD@HOST:PORT/?authSource=admin.'
    );
  const [, database = 'its databases'] = /not authorized on (\S+)/.exec(error.message) ?? [];
  return (
    `MongoDB does not permit the user in MONGODB_URL to work on ${database}. ` +
    'npm run access prints the commands that give the user its rights.'
  );
}

/** Says why something failed, for whoever runs the process. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return mongodbRefusal(error) ?? redisRefusal(error) ?? error.message;
}

/** Says why an engine that a URL names was not reached. `tls` is whether the URL asks for it. */
export function explainUnreached(
  engine: 'Redis' | 'MongoDB',
  hosts: string,
  error: Error,
  tls: boolean,
): string {
  const refusal = engine === 'Redis' ? redisRefusal(error) : mongodbRefusal(error);
  if (refusal !== undefined) return `${refusal} (${engine} at ${hosts})`;
  const reason = error.message.trim().replace(/\.$/, '');
  const advice = tlsAdvice(engine, reason, tls) ?? `Start it, or correct ${variableOf(engine)}.`;
  return `${engine} at ${hosts} cannot be reached: ${reason}. ${advice}`;
}

/** What failures look like where one end speaks TLS and the other does not. */
const CUT_OFF =
  /ETIMEDOUT|ECONNRESET|EPROTO|wrong version number|closed|RESP type|timed out|disconnected before/i;

const CLIENT_CERTIFICATE =
  'If it demands a certificate of its clients, name a file with one and its key by ' +
  '?tlsCertificateKeyFile=FILE in URL.';

/** What to do about certificates, by what is said of them; the first that fits counts. */
const CERTIFICATES: readonly (readonly [RegExp, string])[] = [
  [/alert|certificate required|handshake failure/i, CLIENT_CERTIFICATE],
  [/certificate has expired|not yet valid/i, "Renew the server's certificate."],
  [/altnames/i, 'Name the server in URL as its certificate does.'],
  [
    /certificate/i,
    "Name the certificate of the authority that signed the server's, by NODE_EXTRA_CA_CERTS=FILE or by ?tlsCAFile=FILE in URL.",
  ],
];

function tlsAdvice(engine: 'Redis' | 'MongoDB', reason: string, tls: boolean): string | undefined {
  const advice = CERTIFICATES.find(([pattern]) => pattern.test(reason))?.[1];
  if (advice !== undefined) return advice.replaceAll('URL', variableOf(engine));
  if (!CUT_OFF.test(reason)) return undefined;
  const [on, off] = engine === 'Redis' ? ['rediss://', 'redis://'] : ['?tls=true', 'no tls=true'];
  const others = tls
    ? `If it speaks no TLS, write ${off} there. ${CLIENT_CERTIFICATE}`
    : `If it speaks TLS, write ${on} there.`;
  return `Start it, or correct URL. ${others}`.replaceAll('URL', variableOf(engine));
}

function variableOf(engine: 'Redis' | 'MongoDB'): string {
  return `${engine.toUpperCase()}_URL`;
}
