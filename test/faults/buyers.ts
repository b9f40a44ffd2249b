/** Buyers who want an answer: each asks with one key until some process has taken the order. */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { ask } from './ask.ts';
import { SCARCE_CHANCE, type Catalogue } from './catalogue.ts';
import { beginSessions } from './sessions.ts';
import type { Insist, Purchase } from './purchase.ts';
import { cancelSome } from './cancellations.ts';
import type { Random } from './random.ts';

/**
 * How long a buyer waits for an answer before another process is asked, in ms; twice as long each
 * time. A busy machine that is always asked anew answers nobody.
 */
const PATIENCE_MIN_MS = 4000;
const PATIENCE_MAX_MS = 30_000;
/** The pause before a buyer asks again, in ms. */
const AGAIN_MIN_MS = 100;
const AGAIN_MAX_MS = 600;
/** Buyers at one time at most; in a longer outage the queue outside the shop does not grow on. */
const CROWD = 300;
/** Among how many users the purchases are shared. */
const USERS = 50;
/** How often a buyer sends the same purchase twice at once, or once more after the answer. */
const IMPATIENT = 0.1;
const FORGETFUL = 0.05;

export interface Buyers {
  /** Every purchase that was begun. */
  readonly purchases: Purchase[];
  /** Lets no more buyers in. */
  close(): Promise<void>;
  /** Resolves when every buyer has an answer, or has given up since the signal was aborted. */
  served(signal: AbortSignal): Promise<void>;
}

/** Lets buyers in, `rate` a second. `urls` are those of the processes that take requests. */
export async function letBuyersIn(options: {
  urls: readonly string[];
  catalogue: Catalogue;
  rate: number;
  random: Random;
}): Promise<Buyers> {
  const { urls, catalogue, rate, random } = options;
  const sessions = await beginSessions(urls, USERS, random);
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
    return {
      key: `purchase-${number}`,
      session: random.pick(sessions),
      items,
      orderIds: new Set(),
      refundIds: new Set(),
      requests: 0,
    };
  }

  async function shop(purchase: Purchase): Promise<void> {
    const twin = random.next() < IMPATIENT ? [buy(purchase)] : [];
    await Promise.all([buy(purchase), ...twin]);
    if (random.next() < FORGETFUL) await buy(purchase);
    await cancelSome(purchase, insist, random, giveUp.signal);
  }

  async function buy(purchase: Purchase): Promise<void> {
    const { key, session, items } = purchase;
    const answer = await insist('/api/orders', { token: session.token, key, body: { items } });
    if (!answer) return;
    purchase.requests += 1;
    if (answer.status === 202)
      purchase.orderIds.add((JSON.parse(answer.body) as { orderId: string }).orderId);
    else purchase.refused = `${answer.status} ${answer.body}`;
  }

  const insist: Insist = async (path, question) => {
    let patienceMs = PATIENCE_MIN_MS;
    for (let i = random.between(0, urls.length - 1); !giveUp.signal.aborted; i += 1) {
      const url = `${urls[i % urls.length]}${path}`;
      const answer = await ask(url, question, patienceMs, giveUp.signal);
      if (answer) return answer;
      patienceMs = Math.min(2 * patienceMs, PATIENCE_MAX_MS);
      await delay(random.between(AGAIN_MIN_MS, AGAIN_MAX_MS));
    }
    return undefined;
  };

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
