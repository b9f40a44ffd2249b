/** The states of a payment: what each fact leads to, and what comes too late. */
import { test } from 'tap';
import {
  movesOn,
  questionOf,
  withFact,
  type Fact,
  type PaymentDocument,
} from '../../../modules/payments/payment.ts';
import type { Outcome } from '../../../modules/payments/providers/provider.ts';
import { refundedOf, restOf } from '../../../modules/payments/refund.ts';
import { told, toldSince } from '../../../modules/payments/payment-events.ts';

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

const answered = (outcome: Outcome): Fact => ({ kind: 'answered', outcome });
const undone: Fact = { kind: 'undone', reason: 'cancelled' };
const pending = answered({ outcome: 'pending', reference: 'r', action: { clientSecret: 's' } });
const authorised = answered({ outcome: 'authorised', reference: 'r' });
const processed = answered({ outcome: 'processed', reference: 'r' });
const failed = answered({ outcome: 'failed', reference: 'r', reason: 'no money' });
const refund = (key: string, amount?: number): Fact => ({
  kind: 'refund-requested',
  request: { key, amount, reason: 'a scratch' },
});
const givenBack = (refundId: string): Fact => ({
  kind: 'refund-answered',
  refundId,
  outcome: { outcome: 'done' },
});
const refused = (refundId: string): Fact => ({
  kind: 'refund-answered',
  refundId,
  outcome: { outcome: 'failed', reason: 'no' },
});
const after = (...facts: Fact[]): PaymentDocument =>
  facts.reduce((payment, fact) => withFact(payment, fact, at), begun);

test('a payment is asked for, waited for, held and taken', async (t) => {
  t.equal(questionOf(begun), 'authorise');
  t.match(after(pending), { status: 'pending', action: { clientSecret: 's' } });
  t.equal(questionOf(after(pending)), 'find');
  t.equal(movesOn(after(pending)), false, 'the buyer is not waited for by asking at once');
  t.match(after(pending, authorised), { status: 'authorised', action: undefined });
  t.equal(questionOf(after(authorised)), 'capture');
  const taken = after(pending, authorised, processed);
  t.match(taken, { status: 'processed', ended: { at } });
  t.equal(questionOf(taken), undefined);
});

test('what is known or comes late changes nothing', async (t) => {
  const late: [PaymentDocument, Fact[]][] = [
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
    for (const fact of facts) t.equal(withFact(payment, fact, at), payment, JSON.stringify(fact));
});

test('what is undone is let go, or given back when it was taken after all', async (t) => {
  for (const open of [after(undone), after(pending, undone), after(authorised, undone)])
    t.equal(questionOf(open), 'cancel');
  t.match(after(undone, failed), { status: 'cancelled' });
  t.same(told(after(undone, failed)), [], 'which its order need not be told');
  for (const taken of [after(undone, processed), after(processed, undone)]) {
    t.match(taken.refunds, [{ refundId: 'p-1', amount: 100, status: 'requested' }]);
    t.equal(questionOf(taken), 'refund');
  }
});

test('refunds never exceed the payment, and a refused one frees its amount', async (t) => {
  const one = after(processed, refund('a', 60));
  t.equal(restOf(one), 40);
  t.equal(withFact(one, refund('b', 41), at), one);
  t.equal(withFact(one, refund('a', 10), at), one, 'a key names one refund');
  t.equal(restOf(withFact(one, refused('p-1'), at)), 100);
  const all = after(processed, refund('a', 60), refund('b'), givenBack('p-2'), givenBack('p-1'));
  t.equal(refundedOf(all), 100);
  t.match(
    told(all).map(({ type, refundedAmount, orderStatusCode }) => [
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
  const payment = withFact(undoneMeanwhile, refused('p-1'), at);
  t.match(payment.refunds?.at(-1), { refundId: 'p-3', amount: 60, status: 'requested' });
  const stuck = withFact(payment, refused('p-3'), at);
  t.equal(stuck.refunds?.length, 3, 'but not for ever');
});

test('a state tells the same whenever it is asked, and each event once', async (t) => {
  const payment = after(processed, refund('a', 60), givenBack('p-1'));
  t.same(told(payment), told(structuredClone(payment)));
  t.same(
    toldSince(after(processed), payment).map(({ type }) => type),
    ['payment.refunded'],
  );
  t.same(toldSince(payment, payment), []);
});
