/** Engines that speak TLS: a process sells through them, and says what is wrong with a certificate. */
import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { test } from 'tap';
import { modules } from '../../modules/index.ts';
import { redisSelectors } from '../../src/access/redis.ts';
import { createAuthority } from '../certificates.ts';
import { refusedStart, startProcess } from '../process.ts';
import { eventually, openTestEnvironment, type TestEnvironment } from '../support.ts';
import { openTlsFront, startTlsCluster, startTlsRedis, startTlsSentinel } from '../tls-engines.ts';

/** Sells one piece of the sample catalogue; gives the code that its order ends with. */
async function sellOne(url: string): Promise<number> {
  const json = async <T>(path: string, options: RequestInit = {}): Promise<T> => {
    const response = await fetch(url + path, options);
    return (await response.json()) as T;
  };
  const session = await json<{ token: string }>('/api/sessions', { method: 'POST' });
  const headers = { authorization: `Bearer ${session.token}`, 'content-type': 'application/json' };
  const orderId = await eventually('an order is taken', async () => {
    const { items } = await json<{ items: { productId: string }[] }>('/api/products?limit=1');
    const body = JSON.stringify({ items: [{ productId: items[0]?.productId, quantity: 1 }] });
    return (await json<{ orderId?: string }>('/api/orders', { method: 'POST', headers, body }))
      .orderId;
  });
  return eventually('the order has ended', async () => {
    const path = `/api/orders/${orderId}`;
    const { orderStatusCode } = await json<{ orderStatusCode: number }>(path, { headers });
    return Math.abs(orderStatusCode) > 2 && orderStatusCode;
  });
}

const portOf = ({ mongodbUrl }: TestEnvironment): number =>
  Number(/:(\d+)/.exec(mongodbUrl.slice(10))?.[1]);
/** MongoDB behind a front, which its own replica set does not know. */
const mongodbAt = (host: string, port: number, more = ''): string =>
  `mongodb://${host}:${port}/?directConnection=true&tls=true${more}`;

test('Redis and MongoDB over TLS, by an authority that NODE_EXTRA_CA_CERTS names', async (t) => {
  const authority = createAuthority(t);
  const files = authority.issue('server');
  const env = await openTestEnvironment(t);
  const redis = await startTlsRedis(t, authority, files, '--tls-auth-clients', 'no');
  const { url } = await startProcess(t, env, {
    NODE_EXTRA_CA_CERTS: authority.file,
    SAMPLE_CATALOGUE: 'on',
    REDIS_URL: `rediss://127.0.0.1:${redis.port}`,
    MONGODB_URL: mongodbAt('127.0.0.1', await openTlsFront(t, portOf(env), files)),
  });
  t.equal(await sellOne(url), 3, 'an order is paid');
});

test('Redis by a Sentinel, over TLS', async (t) => {
  const authority = createAuthority(t);
  const files = authority.issue('server');
  const redis = await startTlsRedis(t, authority, files, '--tls-auth-clients', 'no');
  const sentinel = await startTlsSentinel(t, authority, files, redis);
  const { url } = await startProcess(t, await openTestEnvironment(t), {
    NODE_EXTRA_CA_CERTS: authority.file,
    SAMPLE_CATALOGUE: 'on',
    REDIS_URL: `rediss+sentinel://127.0.0.1:${sentinel.port}/millrace`,
  });
  t.equal(await sellOne(url), 3, 'an order is paid');
});

test('a Redis Cluster over TLS, as a user with the least rights, who is refused nothing', async (t) => {
  const authority = createAuthority(t);
  const files = authority.issue('server');
  const servers = await startTlsCluster(t, authority, files);
  const [ca, cert, key] = [authority.file, files.certificate, files.key].map((file) =>
    readFileSync(file),
  );
  const nodes = servers.map(({ port }) => new Redis(port, { tls: { ca, cert, key } }));
  t.teardown(() => nodes.forEach((node) => node.disconnect()));
  const env = await openTestEnvironment(t);
  const selectors = redisSelectors(modules, modules, {
    REDIS_KEY_PREFIX: env.keyPrefix,
  });
  for (const node of nodes) await node.acl('SETUSER', 'millrace', 'on', '>secret', ...selectors);
  const query = `tlsCAFile=${authority.file}&tlsCertificateKeyFile=${files.both}`;
  const millrace = await startProcess(t, env, {
    SAMPLE_CATALOGUE: 'on',
    REDIS_URL: `rediss+cluster://millrace:secret@127.0.0.1:${servers[0]?.port}?${query}`,
  });
  t.equal(await sellOne(millrace.url), 3, 'an order is paid');
  t.equal(await millrace.end('SIGTERM'), 0);
  for (const node of nodes) t.same(await node.acl('LOG'), []);
});

test('engines that demand a certificate of their clients, by files that the URLs name', async (t) => {
  const authority = createAuthority(t);
  const files = authority.issue('server');
  const client = authority.issue('client', { hosts: [] });
  const env = await openTestEnvironment(t);
  const redis = await startTlsRedis(t, authority, files);
  const front = await openTlsFront(t, portOf(env), files, authority);
  const query = `tlsCAFile=${authority.file}&tlsCertificateKeyFile=${client.both}`;
  const { url } = await startProcess(t, env, {
    SAMPLE_CATALOGUE: 'on',
    REDIS_URL: `rediss://127.0.0.1:${redis.port}?${query}`,
    MONGODB_URL: mongodbAt('127.0.0.1', front, `&${query}`),
  });
  t.equal(await sellOne(url), 3, 'an order is paid');

  const start = (REDIS_URL: string) => refusedStart(t, { ...env.environment, REDIS_URL });
  const ca = `tlsCAFile=${authority.file}`;
  t.match(
    await start(`rediss://127.0.0.1:${redis.port}?${ca}`),
    /did not start\. Redis at .* demands a certificate .*tlsCertificateKeyFile=FILE in REDIS_URL/,
  );
  t.match(
    await start(`rediss://127.0.0.1:${redis.port}?${ca}&tlsCertificateKeyFile=/nowhere.pem`),
    /did not start\. REDIS_URL names \/nowhere\.pem .*cannot be read: ENOENT/,
  );
});

test('a certificate that is not to be believed', async (t) => {
  const env = await openTestEnvironment(t);
  const [authority, stranger] = [createAuthority(t), createAuthority(t)];
  const port = portOf(env);
  for (const [what, files, expected] of [
    ['of an unknown authority', stranger.issue('server'), /NODE_EXTRA_CA_CERTS=FILE/],
    [
      'for another host',
      authority.issue('other', { hosts: ['redis.example'] }),
      /altnames.*Name the server in \w+_URL as/,
    ],
    ['that has expired', authority.issue('old', { daysLeft: -1 }), /expired.*Renew/],
  ] as const) {
    const redis = await startTlsRedis(t, authority, files, '--tls-auth-clients', 'no');
    const front = await openTlsFront(t, port, files);
    for (const urls of [
      { REDIS_URL: `rediss://127.0.0.1:${redis.port}` },
      { MONGODB_URL: mongodbAt('127.0.0.1', front) },
    ]) {
      const NODE_EXTRA_CA_CERTS = authority.file;
      const said = await refusedStart(t, { ...env.environment, NODE_EXTRA_CA_CERTS, ...urls });
      t.match(said, expected, `${Object.keys(urls)[0]}: a certificate ${what}`);
      t.equal(said.trim().split('\n').length, 1, 'in one line');
    }
    await redis.stop();
  }
});
