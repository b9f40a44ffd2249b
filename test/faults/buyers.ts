/** Buyers who want an answer: each asks with one key until some process has taken the order. */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { SCARCE_CHANCE, type Catalogue } from './catalogue.ts';
import type { MillraceProcess } from './process.ts';
import type { Seal } from '../../src/http/seal.ts';
import { as } from '../session.ts';
import type { Random } from './random.ts';

/** How long a buyer waits for an answer before asking another process, in ms. */
const PATIENCE_MS = 4000;
/** The pause before a buyer asks again, in ms. */
const AGAIN_MIN_MS = 100;
const AGAIN_MAX_MS = 600;
/** Buyers at one time at most; in a longer outage the queue outside the shop does not grow on. */
const CROWD = 300;
/** How often a buyer sends the same purchase twice at once, or once more after the answer. */
const IMPATIENT = 0.1;
const FORGETFUL = 0.05;

export interface Purchase {
  key: string;
  userId: string;
  items: { productId: string; quantity: number }[];
  /** The ids of the orders that the answers named; more than one is a broken promise. */
  orderIds: Set<string>;
  requests: number;
  /** An answer that no purchase of the run deserves. */
  refused?: string;
}

export interface Buyers {
  /** Every purchase that was begun. */
  readonly purchases: Purchase[];
  /** Lets no more buyers in. */
  close(): Promise<void>;
  /** Resolves when every buyer has an answer, or has given up since the signal was aborted. */
  served(signal: AbortSignal): Promise<void>;
}

/** Lets buyers in, `rate` a second. */
export function letBuyersIn(options: {
  shops: readonly MillraceProcess[];
  catalogue: Catalogue;
  rate: number;
  random: Random;
  /** What the processes sign with. */
  seal: Seal;
}): Buyers {
  const { shops, catalogue, rate, random, seal } = options;
  const purchases: Purchase[] = [];
  const open = new Set<Promise<unknown>>();
  const closing = new AbortController();
  const giveUp = new AbortController();

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      if (open.size < CROWD) {
        const purchase = wish(purchases.length);
        purchases.push(purchase);
        const buying = shop(purchase).finally(() => open.delete(buying));
        open.add(buying);
      }
      const pause = (-Math.log(1 - random.next()) * 1000) / rate;
      await delay(pause, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  function wish(number: number): Purchase {
    const lines = random.shuffle(catalogue.plenty).slice(0, random.between(1, 3));
    if (random.next() < SCARCE_CHANCE) lines.push(random.pick(catalogue.scarce));
    const items = lines.map(({ productId }) => ({ productId, quantity: random.between(1, 3) }));
    const userId = `buyer-${random.between(1, 50)}`;
    return { key: `purchase-${number}`, userId, items, orderIds: new Set(), requests: 0 };
  }

  async function shop(purchase: Purchase): Promise<void> {
    const first = random.between(0, shops.length - 1);
    const twin = random.next() < IMPATIENT ? [untilAnswered(purchase, first + 1)] : [];
    await Promise.all([untilAnswered(purchase, first), ...twin]);
    if (random.next() < FORGETFUL) await untilAnswered(purchase, first + 1);
  }

  async function untilAnswered(purchase: Purchase, first: number): Promise<void> {
    for (let i = first; !giveUp.signal.aborted; i += 1) {
      if (await ask(purchase, shops[i % shops.length]!.url, seal)) return;
      await delay(random.between(AGAIN_MIN_MS, AGAIN_MAX_MS));
    }
  }

  const running = run();
  return {
    purchases,
    async close() {
      closing.abort();
      await running;
    },
    async served(signal) {
      if (!signal.aborted) {
        const aborted = once(signal, 'abort');
        await Promise.race([aborted, Promise.all(open)]);
      }
      giveUp.abort();
      await Promise.all(open);
    },
  };
}

/** Asks once. Gives whether there was an answer, be it a refusal. */
async function ask(purchase: Purchase, url: string, seal: Seal): Promise<boolean> {
  purchase.requests += 1;
  // A timer of our own: a signal of AbortSignal.timeout() may be collected before it fires.
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    const response = await fetch(`${url}/api/orders`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...as({ seal }, purchase.userId),
        'idempotency-key': purchase.key,
      },
      body: JSON.stringify({ items: purchase.items }),
      signal: patience.signal,
    });
    const body = await response.text();
    if (response.ok) purchase.orderIds.add((JSON.parse(body) as { orderId: string }).orderId);
    else if (response.status < 500) purchase.refused = `${response.status} ${body}`;
    return response.status < 500;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
