/** An update without a pause: every process is replaced, one after another, while people buy. */
import { setTimeout as delay } from 'node:timers/promises';
import { t as file, test, type Test } from 'tap';
import { ADMIN_TOKEN, eventually } from '../support.ts';
import { startBalancer } from './balancer.ts';
import { COPIES, startShop, type Post, type Shop } from './shapes.ts';

const BUYERS = 4;
/** The pause of a buyer between two purchases, in ms. */
const PAUSE_MS = 100;
/** How long one process may take to start, and an order to reach its end, in ms. */
const STEP_MS = 180_000;
/** An order that is paid stands at its third status; the stream goes on, since it may be given back. */
const STATUSES = 3;

interface Bought {
  orderId: string;
  orderStatusCode: number;
}

// Many processes start one after another, which a busy machine takes its time for.
file.setTimeout(1_800_000);

test('a rolling restart under load fails no request', async (t) => {
  const shop = await startShop(t, COPIES);
  const url = await startBalancer(t, shop.urls);
  await eventually('the balancer has found a gateway', async () => (await fetch(url)).ok);
  const stocked = await fetch(`${url}/api/admin/products/1002/stock`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ change: 100_000 }),
  });
  t.equal(stocked.status, 200);
  const closing = new AbortController();
  const failures: string[] = [];
  const counts = { requests: 0, orders: 0, streams: 0 };

  async function call(path: string, question: RequestInit = {}): Promise<Response> {
    counts.requests += 1;
    const response = await fetch(`${url}${path}`, question);
    if (!response.ok)
      failures.push(`${path}: ${response.status} ${(await response.text()).slice(0, 200)}`);
    return response;
  }

  /** Buys, looks on until it is paid, and reads what there is to read. */
  async function buy(authorization: string): Promise<void> {
    const headers = { authorization };
    const placed = await call('/api/orders', {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ items: [{ productId: '1002', quantity: 1 }] }),
    });
    const { orderId } = (await placed.json()) as Bought;
    counts.orders += 1;
    await follow(`/api/orders/${orderId}/events`, headers);
    const order = await call(`/api/orders/${orderId}`, { headers });
    const { orderStatusCode } = (await order.json()) as Bought;
    if (orderStatusCode !== 3) failures.push(`${orderId} stands at ${orderStatusCode}`);
    for (const path of ['/api/products?limit=2', '/api/order-history?limit=1', '/'])
      await (await call(path, { headers })).text();
  }

  /** Reads a stream as an EventSource does: where it ends, it comes again and misses nothing. */
  async function follow(path: string, headers: Record<string, string>): Promise<void> {
    const seen: number[] = [];
    for (const end = Date.now() + STEP_MS; seen.length < STATUSES && Date.now() < end;) {
      const last = { ...headers, accept: 'text/event-stream', 'last-event-id': `${seen.length}` };
      const response = await call(path, { headers: last });
      if (!response.ok) return;
      counts.streams += 1;
      for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
        for (const [, id] of text.matchAll(/^id: (\d+)$/gm)) seen.push(Number(id));
        if (seen.length >= STATUSES) return;
      }
      await delay(PAUSE_MS);
    }
    failures.push(`${path} gave ${seen.join()}`);
  }

  async function visit(): Promise<void> {
    const begun = await call('/api/sessions', { method: 'POST' });
    const { token } = (await begun.json()) as { token: string };
    while (!closing.signal.aborted) {
      await buy(`Bearer ${token}`);
      await delay(PAUSE_MS);
    }
  }

  const buyers = Array.from({ length: BUYERS }, () =>
    visit().catch((error: unknown) => failures.push(String(error), String((error as Error).cause))),
  );
  t.teardown(() => closing.abort());
  await replaceAll(t, shop);
  closing.abort();
  await Promise.all(buyers);
  t.comment(counts);
  t.same(failures, []);
  t.ok(counts.orders > BUYERS, 'orders were placed meanwhile');
});

/** Starts a new process for every post beside the old one, then tells that to stop. */
async function replaceAll(t: Test, { posts }: Shop): Promise<void> {
  for (const post of posts) {
    const old = post.process;
    post.process = await ready(post);
    t.equal(await old.end('SIGTERM'), 0, `${post.role} stopped`);
  }
}

async function ready(post: Post) {
  const fresh = await post.start();
  await eventually(
    `${post.role} is ready`,
    async () => (await fetch(`${fresh.url}/readyz`)).ok,
    STEP_MS,
  );
  return fresh;
}
