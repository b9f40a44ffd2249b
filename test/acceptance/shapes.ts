/** The shapes in which a shop can run: the same modules in real processes, cut and copied in different ways. */
import type { Test } from 'tap';
import { modules } from '../../modules/index.ts';
import { startProcess, type MillraceProcess } from '../process.ts';
import { openRedisCluster } from '../redis-cluster.ts';
import { ADMIN_TOKEN, eventually, openTestEnvironment, type TestEnvironment } from '../support.ts';

/** What runs in a process of its own: a module each, but the pages beside the gateway. */
const ROLES = modules
  .map(({ name }) => name)
  .filter((name) => name !== 'storefront')
  .map((name) => (name === 'gateway' ? 'gateway,storefront' : name));

/** How long all processes may take to start, in ms. */
const START_MS = 240_000;

/** A place in a shop that one process fills, and then another. */
export interface Post {
  /** What `MODULES` says; unset where all run in one process. */
  role: string | undefined;
  process: MillraceProcess;
  /** Starts a process for it, beside the one that is there. */
  start: () => Promise<MillraceProcess>;
}

export interface Shop {
  posts: readonly Post[];
  env: TestEnvironment;
  /** Where the processes with a gateway are at the moment. */
  urls: () => string[];
}

export interface Shape {
  roles: readonly (string | undefined)[];
  copies: number;
  /** Where Redis is, if not where it is in all tests. */
  redisUrl?: (t: Test) => Promise<string>;
}

export const ONE: Shape = { roles: [undefined], copies: 1 };
export const SPLIT: Shape = { roles: ROLES, copies: 1 };
/** Two copies of each module, some in one process. */
export const COPIES: Shape = {
  roles: ['gateway,storefront', 'products,orders', 'payments,digital-identity,order-history'],
  copies: 2,
};
export const CLUSTER: Shape = { ...ONE, redisUrl: async (t) => (await openRedisCluster(t)).url };

/**
 * Starts a shop with the sample catalogue. The copies start after the first of each role, and those
 * after the first process, which makes what all share: MongoDB under Wine ends when two make one
 * collection at the same time.
 */
export async function startShop(t: Test, { roles, copies, redisUrl }: Shape): Promise<Shop> {
  const env = await openTestEnvironment(t, await redisUrl?.(t));
  const settings = {
    ADMIN_TOKEN,
    SAMPLE_CATALOGUE: 'on',
    CATALOGUE_CACHE_MS: '100',
    STOP_DELAY_MS: '2500',
  };
  const posts: Post[] = [];
  const fill = async (role: string | undefined): Promise<void> => {
    const start = () => startProcess(t, env, { ...settings, ...(role && { MODULES: role }) });
    posts.push({ role, start, process: await start() });
  };
  const [first, ...rest] = roles;
  await fill(first);
  await Promise.all(rest.map(fill));
  for (let copy = 1; copy < copies; copy += 1) await Promise.all(roles.map(fill));
  const shop: Shop = {
    posts,
    env,
    urls: () =>
      posts
        .filter(({ role }) => role === undefined || role.startsWith('gateway'))
        .map(({ process }) => process.url),
  };
  await opened(shop);
  return shop;
}

/** Waits until every process is ready, every gateway knows all others, and all products can be bought. */
async function opened({ posts, env, urls }: Shop): Promise<void> {
  await eventually(
    'every process is ready',
    async () => {
      const ready = await Promise.all(posts.map(({ process: { url } }) => fetch(`${url}/readyz`)));
      return ready.every(({ ok }) => ok);
    },
    START_MS,
  );
  const catalogue = (module: string, collection: string) =>
    env.mongodb.db(`${env.databasePrefix}${module}`).collection(collection).countDocuments();
  await eventually(
    'orders can sell every product',
    async () => {
      const [shown, sold] = [
        await catalogue('products', 'products'),
        await catalogue('orders', 'catalogue'),
      ];
      return shown > 0 && shown === sold;
    },
    START_MS,
  );
  for (const url of urls())
    await eventually('the gateway has found the others', async () => {
      const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: object };
      const found = [
        'products',
        'orders',
        'payments',
        'order-history',
        'admin/identities/{userId}',
      ];
      return found.every((path) => Object.hasOwn(paths, `/api/${path}`));
    });
}

/** Adds an entry to a stream, as a stranger would. */
export async function addEntry(
  { env: { keyPrefix, redis } }: Shop,
  stream: string,
  fields: Record<string, string>,
): Promise<void> {
  await redis.xadd(keyPrefix + stream, '*', ...Object.entries(fields).flat());
}
