/** The two shops that take orders: Millrace as `npm start` runs it, and the tutorial's services. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestEnvironment } from './engines.ts';
import type { Figures, Run, Shop } from './load.ts';
import { startProgram, type Program } from './processes.ts';

const ROOT = join(import.meta.dirname, '..');
const ADMIN_TOKEN = 'the-token-of-the-operator';
/** Products that are ordered, each so often that the same product is wanted by several at once. */
const PRODUCTS = 50;
const STOCK = 1_000_000;
/** The pause between two looks at the streams, in ms. */
const LOOK_MS = 500;

export interface OpenShop {
  shop: Shop;
  /** Its processes by name. */
  programs: Record<string, Program>;
  stop: () => Promise<void>;
}

/** What a process of ours needs. */
export type Home = Pick<TestEnvironment, 'redisUrl' | 'mongodbUrl' | 'directory'>;

export interface MillraceOptions {
  /** Where a CPU profile goes when it ends. */
  profile?: string | undefined;
  environment?: Record<string, string>;
}

/** As `npm start` does it: its flags, and nothing set but the engines, the port and the operator's token. */
export async function startMillrace(
  { redisUrl, mongodbUrl, directory }: Home,
  { profile, environment }: MillraceOptions = {},
): Promise<Program> {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  return startProgram({
    file: join(ROOT, 'millrace.mjs'),
    args: ['start'],
    directory,
    nodeFlags: [
      ...scripts.start.split(' ').filter((word) => word.startsWith('--')),
      ...(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]),
    ],
    environment: {
      REDIS_URL: redisUrl,
      MONGODB_URL: mongodbUrl,
      PORT: '0',
      ADMIN_TOKEN,
      ...environment,
    },
  });
}

/** Resolves when every module has handled all that the streams hold, such as an import. */
export async function awaitHandled(url: string): Promise<void> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  for (let left = true; left;) {
    await delay(LOOK_MS);
    const { items } = (await (await fetch(`${url}/api/admin/streams`, { headers })).json()) as {
      items: { groups: { lag: number | null; pending: number }[] }[];
    };
    left = items.some(({ groups }) => groups.some(({ lag, pending }) => lag !== 0 || pending > 0));
  }
}

/** Ours, with products of the sample catalogue that do not run out. */
export async function openMillrace(env: Home, options: MillraceOptions = {}): Promise<OpenShop> {
  const program = await startMillrace(env, options);
  const { url } = program;
  const page = await fetch(`${url}/api/products?limit=${PRODUCTS}`);
  const { items } = (await page.json()) as { items: { productId: string }[] };
  const products = items.map(({ productId }) => productId);
  const headers = {
    authorization: `Bearer ${ADMIN_TOKEN}`,
    'content-type': 'application/json',
  };
  for (const productId of products) {
    const path = `${url}/api/admin/products/${productId}/stock`;
    const body = JSON.stringify({ change: STOCK });
    const { status } = await fetch(path, { method: 'POST', headers, body });
    if (status !== 200) throw new Error(`the stock was not changed: ${status}`);
  }
  return {
    shop: { kind: 'millrace', url, redisUrl: env.redisUrl, products },
    programs: { millrace: program },
    stop: () => program.stop(),
  };
}

/** The tutorial's three services. They have streams of ours' names, so they get a Redis database. */
export async function openTutorial({
  redisUrl,
  mongodbUrl,
  directory,
}: TestEnvironment): Promise<OpenShop> {
  const environment = { REDIS_URL: `${redisUrl}/1`, MONGODB_URL: mongodbUrl };
  const start = (name: string, more: Record<string, string> = {}) =>
    startProgram({
      file: join(import.meta.dirname, 'peers', 'tutorial', `${name}.ts`),
      directory,
      environment: { ...environment, ...more },
    });
  const orders = await start('orders');
  const payments = await start('payments');
  const gateway = await start('gateway', { ORDERS_URL: orders.url });
  const programs = { gateway, orders, payments };
  const products = Array.from({ length: PRODUCTS }, (_, i) => String(i));
  return {
    shop: { kind: 'tutorial', url: gateway.url, redisUrl: environment.REDIS_URL, products },
    programs,
    stop: async () => void (await Promise.all(Object.values(programs).map((one) => one.stop()))),
  };
}

export interface Load {
  run(run: Run): Promise<Figures>;
  stop: () => Promise<void>;
}

/** The process that places a shop's orders. */
export async function startLoad(shop: Shop): Promise<Load> {
  const child = fork(join(import.meta.dirname, 'load.ts'), [JSON.stringify(shop)], {
    execArgv: [],
  });
  const exited = once(child, 'exit');
  await once(child, 'message');
  return {
    async run(run) {
      const failed = new AbortController();
      const answer = once(child, 'message', { signal: failed.signal });
      child.send(run);
      const ended = exited.then(() => {
        failed.abort();
        throw new Error('the load generator has ended; its last words are above');
      });
      const [figures] = (await Promise.race([answer, ended])) as [Figures];
      return figures;
    },
    async stop() {
      child.disconnect();
      await exited;
    },
  };
}
