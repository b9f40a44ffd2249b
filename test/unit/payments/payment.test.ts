/** The states of a payment: what each event leads to, and what comes too late. */
import { test } from 'tap';
import type { PaymentDocument } from '../../../modules/payments/document.ts';
import {
  canProceed,
  nextAction,
  apply,
  type PaymentEvent,
} from '../../../modules/payments/payment.ts';
import type { Outcome } from '../../../modules/payments/providers/provider.ts';
import { refundedOf, restOf } from '../../../modules/payments/refund.ts';
import { eventsOf, eventsSince } from '../../../modules/payments/payment-events.ts';

const at = new Date(1000);
const begun: PaymentDocument = {
  _id: 'p',
  orderId: 'o',
  userId: 'alice',
  amount: 100,
  currency: 'INR',
  status: 'initiated',
  provider: 'bank',
  revision: 1,
  createdAt: at,
  updatedAt: at,
  outbox: [],
};

const answered = (outcome: Outcome): PaymentEvent => ({ kind: 'answered', outcome });
const undone: PaymentEvent = { kind: 'voided', reason: 'cancelled' };
const pending = answered({ outcome: 'pending', reference: 'r', action: { clientSecret: 's' } });
const authorised = answered({ outcome: 'authorised', reference: 'r' });
const processed = answered({ outcome: 'processed', reference: 'r' });
const failed = answered({ outcome: 'failed', reference: 'r', reason: 'no money' });
const refund = (key: string, amount?: number): PaymentEvent => ({
  kind: 'refund-requested',
  request: { key, amount, reason: 'a scratch' },
});
const givenBack = (refundId: string): PaymentEvent => ({
  kind: 'refund-answered',
  refundId,
  outcome: { outcome: 'done' },
});
const refused = (refundId: string): PaymentEvent => ({
  kind: 'refund-answered',
  refundId,
  outcome: { outcome: 'failed', reason: 'no' },
});
const after = (...events: PaymentEvent[]): PaymentDocument =>
  events.reduce((payment, event) => apply(payment, event, at), begun);

test('a payment is asked for, waited for, held and taken', async (t) => {
  t.equal(nextAction(begun), 'authorise');
  t.match(after(pending), { status: 'pending', action: { clientSecret: 's' } });
  t.equal(nextAction(after(pending)), 'find');
  t.equal(canProceed(after(pending)), false, 'the buyer is not waited for by asking at once');
  t.match(after(pending, authorised), { status: 'authorised', action: undefined });
  t.equal(nextAction(after(authorised)), 'capture');
  const taken = after(pending, authorised, processed);
  t.match(taken, { status: 'processed', ended: { at } });
  t.equal(nextAction(taken), undefined);
});

test('what is known or comes late changes nothing', async (t) => {
  const late: [PaymentDocument, PaymentEvent[]][] = [
    [after(pending), [pending]],
    [after(authorised), [authorised, pending]],
    [after(processed), [processed, authorised, pending, failed]],
    [after(failed), [failed, processed, pending, undone, refund('k')]],
    [after(undone, failed), [processed, undone]],
    [after(processed, undone), [undone]],
    [after(pending), [answered({ outcome: 'processed', reference: 'another attempt' })]],
    [after(pending), [refund('k')]],
  ];
  for (const [payment, facts] of late)
    for (const fact of facts) t.equal(apply(payment, fact, at), payment, JSON.stringify(fact));
});

test('what is undone is let go, or given back when it was taken after all', async (t) => {
  for (const open of [after(undone), after(pending, undone), after(authorised, undone)])
    t.equal(nextAction(open), 'cancel');
  t.match(after(undone, failed), { status: 'cancelled' });
  t.same(eventsOf(after(undone, failed)), [], 'which its order need not be told');
  for (const taken of [after(undone, processed), after(processed, undone)]) {
    t.match(taken.refunds, [{ refundId: 'p-1', amount: 100, status: 'requested' }]);
    t.equal(nextAction(taken), 'refund');
  }
});

test('refunds never exceed the payment, and a refused one frees its amount', async (t) => {
  const one = after(processed, refund('a', 60));
  t.equal(restOf(one), 40);
  t.equal(apply(one, refund('b', 41), at), one);
  t.equal(apply(one, refund('a', 10), at), one, 'a key names one refund');
  t.equal(restOf(apply(one, refused('p-1'), at)), 100);
  const all = after(processed, refund('a', 60), refund('b'), givenBack('p-2'), givenBack('p-1'));
  t.equal(refundedOf(all), 100);
  t.match(
    eventsOf(all).map(({ type, refundedAmount, orderStatusCode }) => [
      type,
      refundedAmount,
      orderStatusCode,
    ]),
    [
      ['payment.processed', undefined, '3'],
      ['payment.refunded', '40', '3'],
      ['payment.refunded', '100', '4'],
    ],
    'told in the order in which they were done',
  );
});

test('what an operator could not give back of an undone order is given back with the rest', async (t) => {
  const undoneMeanwhile = after(processed, refund('a', 60), undone, givenBack('p-2'));
  const payment = apply(undoneMeanwhile, refused('p-1'), at);
  t.match(payment.refunds?.at(-1), { refundId: 'p-3', amount: 60, status: 'requested' });
  const stuck = apply(payment, refused('p-3'), at);
  t.equal(stuck.refunds?.length, 3, 'but not for ever');
});

test('a state tells the same whenever it is asked, and each event once', async (t) => {
  const payment = after(processed, refund('a', 60), givenBack('p-1'));
  t.same(eventsOf(payment), eventsOf(structuredClone(payment)));
  t.same(
    eventsSince(after(processed), payment).map(({ type }) => type),
    ['payment.refunded'],
  );
  t.same(eventsSince(payment, payment), []);
});
