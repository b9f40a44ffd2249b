/** The environment variables that the host itself reads: their types, defaults, units and meanings. */
import { isIP } from 'node:net';
import { Type } from 'typebox';
import { CLUSTER_URL, hostsOf, SENTINEL_URL } from '../stores/redis-url.ts';
import { busVariables } from './bus-options.ts';
import { count, durationMs, longDurationMs, urls } from './kinds.ts';

const port = Type.Integer({ minimum: 0, maximum: 65535 });
/** Who sees what is no part of the shop; the operator always does. */
const access = (what: string) =>
  Type.Enum(['everyone', 'local', 'operator'], {
    default: 'local',
    description: `Who but the operator sees ${what}; local: callers on this machine`,
  });

/** Whether a client can find a server by that URL, and the number of its database, if it has one. */
function isServerUrl(text: string): boolean {
  return URL.canParse(text) && /^\/?\d*$/.test(new URL(text).pathname);
}

/** Likewise, where the URL may name several servers; what it writes as %XX is text. */
function isRedisUrl(text: string): boolean {
  try {
    decodeURIComponent(text);
  } catch {
    return false;
  }
  const hosts = hostsOf(text).split(',');
  if (!hosts.every((host) => URL.canParse(`redis://${host}`))) return false;
  return /^rediss?\+(sentinel|cluster):/.test(text) || isServerUrl(text);
}

/** Names that the proxies' check (`@fastify/proxy-addr`) has for networks. */
const NETWORKS = new Set(['loopback', 'linklocal', 'uniquelocal']);

/** Whether that is an address, alone or with the prefix or the mask of a network, or such a name. */
function isNetwork(text: string): boolean {
  const [address = '', size, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return NETWORKS.has(text);
  if (size === undefined || (version === 4 && isIP(size) === 4)) return true;
  return /^[1-9]\d{0,2}$/.test(size) && Number(size) <= (version === 4 ? 32 : 128);
}

/**
 * The host's settings by the names of their variables. A setting without a default may be unset. Those
 * of a module are declared in its folder.
 */
export const hostSettings = Type.Object({
  MODULES: Type.Optional(
    Type.String({ description: 'The modules that this process runs, comma separated; unset: all' }),
  ),
  HOST: Type.String({
    default: '127.0.0.1',
    minLength: 1,
    description: 'The address to listen on',
  }),
  PORT: Type.Integer({
    ...port,
    default: 3000,
    description: 'The port to listen on; 0: any free one',
  }),
  LOG_LEVEL: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    default: 'info',
    description: 'The least important log lines that are written',
  }),
  REDIS_URL: Type.Optional(
    Type.Refine(
      Type.String({
        pattern: `^(rediss?://.+|${SENTINEL_URL}|${CLUSTER_URL})$`,
        form: 'redis://[USER:PASSWORD@]HOST:PORT[/NUMBER], rediss://…, redis[s]+sentinel://HOST,HOST/MASTER or redis[s]+cluster://HOST,HOST, with %25 %40 %3A %2F for % @ : / in a password',
        secret: true,
        description:
          'Redis: redis[s]://…, redis[s]+sentinel://host,…/master, redis[s]+cluster://host,…; unset: our own',
      }),
      isRedisUrl,
    ),
  ),
  MONGODB_URL: Type.Optional(
    Type.String({
      pattern: '^mongodb(\\+srv)?://.+',
      form: 'mongodb://[USER:PASSWORD@]HOST:PORT[/?OPTIONS] or mongodb+srv://…',
      secret: true,
      description: 'MongoDB, as mongodb://… or mongodb+srv://…; unset: one of our own',
    }),
  ),
  DATA_DIR: Type.String({
    default: './.data',
    minLength: 1,
    description: 'Where engines of our own keep their data',
  }),
  MONGODB_DATABASE_PREFIX: Type.String({
    default: 'millrace_',
    pattern: '^[A-Za-z0-9_-]{1,40}$',
    form: '1 to 40 letters, digits, _ or -',
    description: 'What the name of every database begins with',
  }),
  REDIS_KEY_PREFIX: Type.String({
    default: '',
    pattern: '^[^{}\\s]{0,64}$',
    form: 'at most 64 characters without blanks and braces',
    description:
      "What every key and stream in Redis begins with; the tutorial's services expect none",
  }),
  ADMIN_TOKEN: Type.Optional(
    Type.String({
      minLength: 16,
      secret: true,
      description: "The operator's token for /api/admin; unset: one is made and printed at start",
    }),
  ),
  AUDIT_RETENTION_DAYS: count(
    1,
    36_500,
    730,
    'How long an entry of the audit log is kept from when it is written, in days (two years)',
  ),
  METRICS_ACCESS: access('/metrics'),
  DOCS_ACCESS: access('/docs, /openapi.json, /asyncapi.json'),
  BODY_LIMIT_BYTES: count(
    1024,
    104_857_600,
    262_144,
    'The largest request body that is read, in bytes',
  ),
  STOP_DELAY_MS: durationMs(
    0,
    0,
    'How long a process that is told to stop serves on, not ready, so that nobody sends to it, in ms',
  ),
  STOP_TIMEOUT_MS: durationMs(
    100,
    10_000,
    'How long stopping may take after that before the process ends anyway, in ms',
  ),
  ADVERTISE_URL: urls({
    pattern: '^https?://[^\\s/?#@,]+$',
    form: 'http://HOST:PORT or https://HOST, without a path',
    description: 'Where other processes reach this one; unset: its own address and port',
  }),
  TRUST_PROXY: Type.Optional(
    Type.Refine(
      Type.String({
        form: 'addresses and networks such as 10.0.0.0/8, or loopback, comma separated',
        description:
          'Addresses or networks of proxies whose X-Forwarded-For is believed, comma separated',
      }),
      (text) => text.split(',').every((part) => isNetwork(part.trim())),
    ),
  ),
  CACHE_MEMORY_BYTES: count(
    65_536,
    1_073_741_824,
    16_777_216,
    'How much memory a process keeps answers in that are ready, for each cache, in bytes',
  ),
  ...busVariables,
  GROUP_SLOW_MS: durationMs(
    100,
    5000,
    'How long the oldest entry of a group may wait unacknowledged before the group counts as slow, in ms',
  ),
  STREAM_MAX_LENGTH: count(
    0,
    100_000_000,
    200_000,
    'Entries that a stream keeps although all have handled them',
  ),
  STREAM_MAX_AGE_MS: longDurationMs(
    0,
    2_592_000_000,
    'The age at which handled entries go though the stream is short, in ms (30 days); 0: none goes',
  ),
  MILLRACE_SETUP: Type.Enum(['on', 'off'], {
    default: 'on',
    description:
      'Whether the set-up step before npm start and npm test may install what is missing',
  }),
  MONGOD_BINARY: Type.Optional(
    Type.String({ description: 'The mongod to start; unset: it is searched for' }),
  ),
});
