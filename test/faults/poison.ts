/** Entries that no handler can take, and the groups that must give each of them up. */
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Random } from './random.ts';
import { deadLettersOf, listenersTo } from './topology.ts';

/** A field that no contract knows; it stays with the entry into the dead letters. */
export const MARK = 'poison';

interface Recipe {
  kind: string;
  stream: string;
  /** The event that it is taken for; an unknown one is none. */
  means?: string;
  fields: () => Record<string, string>;
}

export interface Poison {
  mark: string;
  kind: string;
  stream: string;
  /** All who listen to the event that it is taken for. */
  groups: readonly string[];
  /** The id of its entry; undefined where Redis did not say that it has it. */
  id: string | undefined;
  /** Set where Redis lost it: it was flushed, or died with what it had not written yet. */
  gone: boolean;
}

const order = (): string => `poison-${randomUUID()}`;
const placed = { type: 'order.placed', v: '1', userId: 'nobody', currency: 'INR' };

const RECIPES: readonly Recipe[] = [
  {
    kind: 'items that are no JSON',
    stream: 'ORDERS_STREAM',
    means: 'order.placed',
    fields: () => ({ ...placed, orderId: order(), totalAmount: '1', items: '[{"productId":' }),
  },
  {
    kind: 'an order without id and items',
    stream: 'ORDERS_STREAM',
    means: 'order.placed',
    fields: () => ({ ...placed }),
  },
  {
    kind: 'a version from the future',
    stream: 'ORDERS_STREAM',
    means: 'order.placed',
    fields: () => ({ ...placed, v: '99', orderId: order(), totalAmount: '1', items: '[]' }),
  },
  {
    kind: 'an accepted order without amount',
    stream: 'ORDERS_STREAM',
    means: 'order.accepted',
    fields: () => ({ type: 'order.accepted', v: '1', orderId: order(), userId: 'nobody' }),
  },
  {
    kind: 'an entry without type and meaning',
    stream: 'ORDERS_STREAM',
    means: 'order.accepted',
    fields: () => ({ hello: 'world' }),
  },
  {
    kind: 'an unknown type',
    stream: 'ORDERS_STREAM',
    fields: () => ({ type: 'order.vanished', v: '1', orderId: order() }),
  },
  {
    kind: 'a reservation without order',
    stream: 'PRODUCTS_STREAM',
    means: 'stock.reserved',
    fields: () => ({ type: 'stock.reserved', v: '1' }),
  },
  {
    kind: 'product ids that are no JSON',
    stream: 'PRODUCTS_STREAM',
    means: 'stock.rejected',
    fields: () => ({ type: 'stock.rejected', v: '1', orderId: order(), productIds: '}{' }),
  },
  {
    kind: 'an unknown type',
    stream: 'PRODUCTS_STREAM',
    fields: () => ({ type: 'stock.counted', v: '1', orderId: order() }),
  },
  {
    kind: 'a payment with a code that there is not',
    stream: 'PAYMENTS_STREAM',
    means: 'payment.processed',
    fields: () => ({ orderId: order(), paymentId: 'p', orderStatusCode: '7', userId: 'nobody' }),
  },
  {
    kind: 'a failed payment from the future',
    stream: 'PAYMENTS_STREAM',
    means: 'payment.failed',
    fields: () => ({ type: 'payment.failed', v: '5', orderId: order() }),
  },
];

/** Appends some poisoned entries to the streams and notes them in the list. */
export async function poison(
  redis: Redis,
  random: Random,
  poisons: Poison[],
  count: number,
): Promise<void> {
  for (const { kind, stream, means, fields } of random.shuffle(RECIPES).slice(0, count)) {
    const mark = randomUUID();
    const groups = means === undefined ? [] : listenersTo(stream, means);
    const one: Poison = { mark, kind, stream, groups, id: undefined, gone: false };
    poisons.push(one);
    const flat = Object.entries({ ...fields(), [MARK]: mark }).flat();
    one.id = (await redis.xadd(stream, '*', ...flat)) ?? undefined;
  }
}

/**
 * Marks poisons that Redis does not have any more, not for every group, after it was killed: it confirms
 * writes up to a second before they are in its file.
 */
export async function markLost(redis: Redis, poisons: readonly Poison[]): Promise<void> {
  for (const one of poisons) {
    const { id, stream, groups } = one;
    if (one.gone || !id) continue;
    if ((await redis.xrange(stream, id, id)).length > 0) continue;
    for (const group of groups) {
      const letters = await redis.xrange(deadLettersOf({ stream, group }), '-', '+');
      if (!letters.some(([, list]) => list.includes(id))) one.gone = true;
    }
  }
}
