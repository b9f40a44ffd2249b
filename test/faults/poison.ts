/** Entries that no handler can take, and the groups that must give each of them up. */
import { randomUUID } from 'node:crypto';
import { on, type RedisClient } from '../../src/bus/index.ts';
import { modules } from '../../modules/index.ts';
import { createRouter } from '../../src/bus/consume/router.ts';
import type { Random } from './random.ts';
import { deadLettersOf } from './topology.ts';

/** A field that no contract knows; it stays with the entry into the dead letters. */
export const MARK = 'poison';

interface Recipe {
  kind: string;
  stream: string;
  fields: () => Record<string, string>;
}

/** A poisoned entry as one group meets it. */
export interface Poison {
  /** The same for all groups that meet the entry. */
  mark: string;
  kind: string;
  stream: string;
  /** A group that listens to its type; undefined for a type that nobody listens to. */
  group: string | undefined;
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
    fields: () => ({ ...placed, orderId: order(), totalAmount: '1', items: '[{"productId":' }),
  },
  {
    kind: 'an order without id and items',
    stream: 'ORDERS_STREAM',
    fields: () => ({ ...placed }),
  },
  {
    kind: 'a version from the future',
    stream: 'ORDERS_STREAM',
    fields: () => ({ ...placed, v: '99', orderId: order(), totalAmount: '1', items: '[]' }),
  },
  {
    kind: 'an accepted order without amount',
    stream: 'ORDERS_STREAM',
    fields: () => ({ type: 'order.accepted', v: '1', orderId: order(), userId: 'nobody' }),
  },
  {
    kind: 'an entry without type and meaning',
    stream: 'ORDERS_STREAM',
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
    fields: () => ({ type: 'stock.reserved', v: '1' }),
  },
  {
    kind: 'product ids that are no JSON',
    stream: 'PRODUCTS_STREAM',
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
    fields: () => ({ orderId: order(), paymentId: 'p', orderStatusCode: '7', userId: 'nobody' }),
  },
  {
    kind: 'a failed payment from the future',
    stream: 'PAYMENTS_STREAM',
    fields: () => ({ type: 'payment.failed', v: '5', orderId: order() }),
  },
];

/** Appends some poisoned entries to the streams and notes them in the list. */
export async function poison(
  redis: RedisClient,
  random: Random,
  poisons: Poison[],
  count: number,
): Promise<void> {
  for (const { kind, stream, fields } of random.shuffle(RECIPES).slice(0, count)) {
    const mark = randomUUID();
    const flat = Object.entries({ ...fields(), [MARK]: mark }).flat();
    const groups = groupsThatRefuse(stream, flat);
    const met = (groups.length > 0 ? groups : [undefined]).map((group): Poison => ({
      mark,
      kind,
      stream,
      group,
      id: undefined,
      gone: false,
    }));
    poisons.push(...met);
    const id = (await redis.xadd(stream, '*', ...flat)) ?? undefined;
    for (const one of met) one.id = id;
  }
}

/** The groups of the modules that listen to the entry's type, in which it does not fit. */
function groupsThatRefuse(stream: string, fields: string[]): string[] {
  return modules
    .filter(({ listens = [] }) => {
      const ofStream = listens
        .filter((contract) => contract.stream === stream)
        .map((contract) => on(contract, async () => undefined));
      return createRouter(stream, ofStream)(['0-1', fields]).kind === 'malformed';
    })
    .map(({ name }) => name);
}

/**
 * Marks poisons that Redis does not have any more, in no form, after it was killed: it confirms
 * writes up to a second before they are in its file.
 */
export async function markLost(redis: RedisClient, poisons: readonly Poison[]): Promise<void> {
  for (const one of poisons) {
    if (one.gone || !one.id || !one.group) continue;
    if ((await redis.xrange(one.stream, one.id, one.id)).length > 0) continue;
    const letters = await redis.xrange(
      deadLettersOf({ stream: one.stream, group: one.group }),
      '-',
      '+',
    );
    one.gone = !letters.some(([, list]) => list.includes(one.id!));
  }
}
