/** The states of an order: what the table says, and that an order's life goes by it and nothing else. */
import { test } from 'tap';
import type { OrderDocument } from '../../../modules/orders/document.ts';
import { orderEvents } from '../../../modules/orders/events.ts';
import { newOrder, withCancel, withReply, withTimeout } from '../../../modules/orders/order.ts';
import { reasonOf, statusOf, waitingFor, type Replies } from '../../../modules/orders/replies.ts';
import {
  canFollow,
  eventOf,
  isOpen,
  STATES,
  stateOf,
  STATUS,
  statusOfEvent,
  type OrderStatusCode,
} from '../../../modules/orders/states.ts';
import { OPEN } from '../../../modules/orders/store.ts';
import { ownEvents, statusesOf } from '../../../modules/orders/order-events.ts';

const ALL = Object.values(STATUS);

/** Every pair of statuses of which the second may follow directly upon the first, with its event. */
const STEPS: [OrderStatusCode, OrderStatusCode, string][] = [
  [1, 2, 'order.accepted'],
  [1, -1, 'order.rejected'],
  [1, -2, 'order.cancelled'],
  [2, 3, 'order.paid'],
  [2, -3, 'order.payment_failed'],
  [2, -1, 'order.rejected'],
  [2, -2, 'order.cancelled'],
  [3, 4, 'order.refunded'],
  [4, 3, 'order.refund_failed'],
];

for (const from of ALL)
  for (const to of ALL) {
    const step = STEPS.find(([one, other]) => one === from && other === to);
    test(`${to} ${step ? 'follows' : 'never follows'} upon ${from}`, (t) => {
      t.equal(canFollow(from, to), step !== undefined);
      if (step) t.equal(eventOf(to, from), step[2]);
      t.end();
    });
  }

const paymentId = 'p';
const REPLIES: Replies[] = [
  { stock: { outcome: 'reserved' } },
  { stock: { outcome: 'rejected', productIds: ['a'] } },
  { identity: { score: 1, outcome: 'accepted' } },
  { identity: { score: 0, outcome: 'rejected' } },
  { payment: { outcome: 'processed', paymentId } },
  { payment: { outcome: 'failed', paymentId } },
];
const REFUNDS: Replies[] = [
  { refund: { refundedAmount: 1, full: false, seq: 1, reopened: 0 } },
  { refund: { refundedAmount: 2, full: true, seq: 2, reopened: 0 } },
  { refund: { refundedAmount: 1, full: false, seq: 3, reopened: 1 } },
  { refund: { refundedAmount: 2, full: true, seq: 4, reopened: 1 } },
];

function received(order: OrderDocument, reply: Replies): OrderDocument {
  const event = { type: 'a.reply', eventId: JSON.stringify(reply), stream: 'ANOTHER', at: 0 };
  return withReply(order, reply, event as Parameters<typeof withReply>[2]);
}

/** Every order that replies and decisions can make, in whatever order they come. */
function everyLife(totalAmount: number, replies: readonly Replies[]): OrderDocument[] {
  const now = new Date(0);
  const moves: ((order: OrderDocument) => OrderDocument | string)[] = [
    ...replies.map((reply) => (order: OrderDocument) => received(order, reply)),
    (order) => withCancel(order, { now, reason: 'as asked', withinMs: 1, cause: {} }),
    (order) => (isOpen(order.orderStatusCode) ? withTimeout(order, now) : order),
  ];
  const fields = { userId: 'alice', items: [], currency: 'INR', decimals: 2, createdAt: now };
  const found = new Map<string, OrderDocument>();
  const open = [newOrder({ _id: 'o', totalAmount, ...fields }, {})];
  for (let order = open.pop(); order; order = open.pop()) {
    const types = ownEvents(order).map(({ type }) => type);
    const replied = Object.entries(order.answers).toSorted(([a], [b]) => a.localeCompare(b));
    const key = JSON.stringify([replied, types]);
    if (found.has(key)) continue;
    found.set(key, order);
    for (const move of moves) {
      const after = move(order);
      if (typeof after !== 'string') open.push(after);
    }
  }
  return [...found.values()];
}

const LIVES = everyLife(2, [...REPLIES, ...REFUNDS]);
/** Nothing can be given back of what cost nothing, so that no refund of it fails. */
const FREE_LIVES = everyLife(0, REPLIES);

for (const { name, lives, steps: expected } of [
  { name: 'an order', lives: LIVES, steps: STEPS },
  { name: 'a free order', lives: FREE_LIVES, steps: STEPS.filter(([from]) => from !== 4) },
])
  test(`${name} goes every step of the table, and no other`, (t) => {
    t.ok(lives.length > 50, `${lives.length} lives`);
    const gone = new Set<string>();
    const wrong: string[] = [];
    for (const order of lives) {
      const statuses = statusesOf(order).map(({ orderStatusCode }) => orderStatusCode);
      const types = ownEvents(order).map(({ type }) => type);
      const steps = statuses.slice(1).map((to, i) => [statuses[i]!, to] as const);
      for (const [from, to] of steps) {
        gone.add(`${from} to ${to}`);
        if (!canFollow(from, to)) wrong.push(`${from} to ${to}: ${types.join(', ')}`);
      }
      const { orderStatusCode, answers } = order;
      if (statuses.at(-1) !== orderStatusCode || statusOf(answers) !== orderStatusCode)
        wrong.push(`${orderStatusCode} is not the last of ${statuses.join(', ')}`);
    }
    t.same(wrong, []);
    t.same(
      [...gone].toSorted(),
      expected.map(([from, to]) => `${from} to ${to}`).toSorted(),
      'each step is gone by some order',
    );
    t.end();
  });

test('an order says why it was rejected or cancelled, and whose reply it waits for', (t) => {
  for (const { orderStatusCode, answers } of LIVES) {
    const undone = orderStatusCode === STATUS.rejected || orderStatusCode === STATUS.cancelled;
    if (undone) t.ok(reasonOf(answers, [])?.text);
    t.equal(waitingFor(orderStatusCode, answers).length > 0, isOpen(orderStatusCode));
  }
  t.end();
});

test('an order that has ended cannot be cancelled, and one that is paid only for a while', (t) => {
  for (const order of LIVES) {
    if (order.answers.cancel) continue;
    const late = withCancel(order, {
      now: new Date(2),
      reason: 'as asked',
      withinMs: 1,
      cause: {},
    });
    const { final } = stateOf(order.orderStatusCode);
    t.equal(typeof late === 'string', final || order.orderStatusCode === STATUS.paid);
  }
  t.end();
});

test('every status has an event of its own, which is published, and which reports it', (t) => {
  const published = new Set<string>(orderEvents.map(({ type }) => type));
  t.equal(new Set(ALL.map((status) => eventOf(status))).size, ALL.length);
  for (const [name, { code }] of Object.entries(STATES)) {
    t.ok(published.has(eventOf(code)), name);
    t.equal(statusOfEvent(eventOf(code)), code);
  }
  t.equal(statusOfEvent('order.refund_failed'), STATUS.paid);
  t.equal(statusOfEvent('order.refund_requested'), undefined);
  t.end();
});

test('the index of open orders holds those that wait for a reply', (t) => {
  const { $gte: from, $lt: to } = OPEN.orderStatusCode;
  for (const status of ALL) t.equal(status >= from && status < to, isOpen(status), `${status}`);
  t.end();
});

test('an end is left only since a refund has failed', (t) => {
  const ends = Object.entries(STATES).filter(([, { final }]) => final);
  t.same(
    ends.flatMap(([name, { next }]) => next.map((to) => `${name} to ${to}`)),
    ['refunded to paid'],
  );
  t.end();
});
