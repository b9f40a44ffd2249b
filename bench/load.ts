/**
 * Places orders and waits until each is paid, as a process of its own: `fork('load.ts', [shop as JSON])`,
 * then a message `{ inFlight, ms }` is answered by the figures of such a run.
 */
import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { percentile } from './statistics.ts';

/** A shop that takes orders: Millrace, or the tutorial's services. */
export interface Shop {
  kind: 'millrace' | 'tutorial';
  url: string;
  redisUrl: string;
  products: string[];
}

export interface Run {
  /** Orders in flight, each until it is paid. */
  inFlight: number;
  ms: number;
  /** Open load: an order is followed by the next as soon as it is answered. */
  open?: boolean;
}

export interface Figures {
  placed: number;
  /** Requests that were answered 503. */
  refused: number;
  /** The most orders that were placed and not paid at any time. */
  backlog: number;
  /** Of orders that were paid while the run went on. */
  paidPerSecond: number;
  postP50: number;
  postP99: number;
  paidP50: number;
  paidP99: number;
  /** The commands that finding out about payments took in Redis, by name. */
  commands: Record<string, number>;
  /** When each event of an order was published, in ms after its request was sent; medians by type. */
  steps: Record<string, number>;
}

/** Sessions that orders come from in turn, so that nobody's rate limit is met. */
const SESSIONS = 256;
/** How often the tutorial's orders are looked at: it publishes no event when one is paid. */
const POLL_MS = 4;
/** How long a client waits that was refused, in ms. */
const REFUSED_MS = 100;
/** How long an order may take until it is paid, in ms. */
const PAID_WITHIN_MS = 60_000;
const STREAMS = ['ORDERS_STREAM', 'PRODUCTS_STREAM', 'IDENTITY_STREAM', 'PAYMENTS_STREAM'];

const shop = JSON.parse(process.argv[2]!) as Shop;
const agent = new Agent({ keepAlive: true });
const redis = new Redis(shop.redisUrl);
const watcher = new Redis(shop.redisUrl);
/** What an order waits for, by its id. */
const waiting = new Map<string, () => void>();
/** Orders whose payment was seen before their answer. */
const early = new Set<string>();
/** When each step of an order was published, by type, in ms since the epoch. */
const seen = new Map<string, Record<string, number>>();
const commands: Record<string, number> = {};
const sessions: string[] = [];

if (shop.kind === 'millrace') {
  for (let i = 0; i < SESSIONS; i += 1) {
    const { body } = await post('/api/sessions', '');
    sessions.push((JSON.parse(body) as { token: string }).token);
  }
  void watchStreams(await lastIds());
} else void pollOrders();
process.on('message', (run: Run) => void measure(run).then((figures) => process.send!(figures)));
process.on('disconnect', () => process.exit());
process.send!('ready');

async function measure({ inFlight, ms, open }: Run): Promise<Figures> {
  const posts: number[] = [];
  const paid: number[] = [];
  const steps: Record<string, number[]> = {};
  let [placed, refused, ended, backlog, inTime] = [0, 0, 0, 0, 0];
  for (const name of Object.keys(commands)) delete commands[name];
  const started = performance.now();
  const deadline = started + ms;
  const follow = async (orderId: string, begun: number, at: number): Promise<void> => {
    await isPaid(orderId);
    ended += 1;
    const now = performance.now();
    paid.push(now - begun);
    if (now <= deadline) inTime += 1;
    for (const [type, time] of Object.entries(seen.get(orderId) ?? {}))
      (steps[type] ??= []).push(time - at);
    seen.delete(orderId);
  };
  const slot = async (number: number): Promise<void> => {
    const left: Promise<void>[] = [];
    for (let n = number; n < inFlight || performance.now() < deadline; n += inFlight) {
      const [begun, at] = [performance.now(), Date.now()];
      const orderId = await place(n);
      posts.push(performance.now() - begun);
      if (orderId === undefined) {
        refused += 1;
        await delay(REFUSED_MS);
        continue;
      }
      placed += 1;
      backlog = Math.max(backlog, placed - ended);
      const followed = follow(orderId, begun, at);
      if (open) left.push(followed);
      else await followed;
    }
    await Promise.all(left);
  };
  await Promise.all(Array.from({ length: inFlight }, (_, number) => slot(number)));
  early.clear();
  return {
    placed,
    refused,
    backlog,
    paidPerSecond: inTime / (ms / 1000),
    postP50: percentile(posts, 0.5),
    postP99: percentile(posts, 0.99),
    paidP50: percentile(paid, 0.5),
    paidP99: percentile(paid, 0.99),
    commands: { ...commands },
    steps: Object.fromEntries(
      Object.entries(steps).map(([type, times]) => [type, percentile(times, 0.5)]),
    ),
  };
}

/** Gives the order's id, or undefined where the shop has too much to do. */
async function place(n: number): Promise<string | undefined> {
  const productId = shop.products[n % shop.products.length]!;
  const ours = shop.kind === 'millrace';
  const { status, body } = ours
    ? await post(
        '/api/orders',
        JSON.stringify({ items: [{ productId, quantity: 1 }] }),
        sessions[n % sessions.length],
      )
    : await post(
        '/orders',
        JSON.stringify({
          userId: `user-${n % SESSIONS}`,
          products: [{ productId, productPrice: 649, qty: 1 }],
        }),
      );
  if (status === 503) return undefined;
  if (status !== 202 && status !== 200) throw new Error(`an order was answered ${status}: ${body}`);
  const answer = JSON.parse(body) as { orderId: string; data: string };
  return ours ? answer.orderId : answer.data;
}

function post(path: string, body: string, token?: string) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const headers = {
      'content-length': Buffer.byteLength(body),
      ...(body && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
    };
    const request = httpRequest(shop.url + path, { method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode!, body: Buffer.concat(chunks).toString() }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

function isPaid(orderId: string): Promise<void> {
  if (early.delete(orderId)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`order ${orderId} was not paid in ${PAID_WITHIN_MS} ms`)),
      PAID_WITHIN_MS,
    );
    waiting.set(orderId, () => {
      clearTimeout(late);
      waiting.delete(orderId);
      resolve();
    });
  });
}

async function lastIds(): Promise<string[]> {
  const last = await Promise.all(
    STREAMS.map((name) => redis.xrevrange(name, '+', '-', 'COUNT', 1)),
  );
  return last.map(([entry]) => entry?.[0] ?? '0');
}

/** Ours: an order is paid when `order.paid` stands in its stream. */
async function watchStreams(ids: string[]): Promise<never> {
  for (;;) {
    count('xread');
    const streams = await watcher.xread(
      'COUNT',
      1000,
      'BLOCK',
      1000,
      'STREAMS',
      ...STREAMS,
      ...ids,
    );
    for (const [name, entries] of streams ?? [])
      for (const [id, fields] of entries) {
        ids[STREAMS.indexOf(name)] = id;
        const value = (field: string) => fields[fields.indexOf(field) + 1] ?? '';
        const orderId = value('orderId');
        const type = value('type');
        const steps = seen.get(orderId) ?? {};
        steps[type] = Number(id.split('-')[0]);
        seen.set(orderId, steps);
        if (type === 'order.paid') {
          const resolve = waiting.get(orderId);
          if (resolve) resolve();
          else early.add(orderId);
        }
      }
  }
}

/** The tutorial's: when the order that its service has put into Redis says so. */
async function pollOrders(): Promise<never> {
  for (;;) {
    await delay(POLL_MS);
    const ids = [...waiting.keys()];
    if (ids.length === 0) continue;
    count('mget');
    const orders = await redis.mget(ids.map((id) => `orders:orderId:${id}`));
    for (const [i, order] of orders.entries())
      if (order?.includes('"orderStatusCode":3')) waiting.get(ids[i]!)?.();
  }
}

function count(name: string): void {
  commands[name] = (commands[name] ?? 0) + 1;
}
