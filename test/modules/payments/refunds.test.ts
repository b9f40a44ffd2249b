/** Giving back what was paid: some of it or all, once, whatever fails in between. */
import { test } from 'tap';
import { get } from '../../shop.ts';
import { accepted, startCounter } from './counter.ts';
import { openBank } from './bank.ts';
import { eventually } from '../../support.ts';

async function startPaid(t: Parameters<typeof startCounter>[0]) {
  const bank = openBank('processed');
  const counter = await startCounter(t, bank.provider);
  await counter.publish(accepted('order', 1000));
  const { _id: paymentId } = await counter.paymentOf('order');
  const refund = (payload?: object, headers?: Record<string, string>) =>
    counter.operator('POST', `/${paymentId}/refunds`, payload, headers);
  return { bank, counter, paymentId, refund };
}

test('a part and then the rest are given back, each told with the sum so far', async (t) => {
  const { bank, counter, paymentId, refund } = await startPaid(t);

  const part = await refund({ amount: 300, reason: 'a scratch' });
  t.match(part, { statusCode: 201 });
  t.match(part.json(), { paymentId, amount: 300, status: 'done', reason: 'a scratch' });
  t.match((await get(counter, `/api/payments/${paymentId}`)).json(), {
    status: 'processed',
    refundedAmount: 300,
  });
  const rest = await refund();
  t.match(rest.json(), { amount: 700, status: 'done', reason: 'by the operator' });

  t.equal(bank.balance('order'), 0);
  const events = await eventually('both are told', async () => {
    const told = await counter.told('order');
    return told.length === 3 && told;
  });
  t.match(events, [
    { type: 'payment.processed', orderStatusCode: '3' },
    {
      type: 'payment.refunded',
      refundId: part.json<{ refundId: string }>().refundId,
      amount: '300',
      refundedAmount: '300',
      orderStatusCode: '3',
      reason: 'a scratch',
      userId: 'alice',
    },
    { type: 'payment.refunded', amount: '700', refundedAmount: '1000', orderStatusCode: '4' },
  ]);
  t.match((await counter.operator('GET', `/${paymentId}`)).json(), {
    status: 'processed',
    refundedAmount: 1000,
    refunds: [{ amount: 300 }, { amount: 700 }],
  });
});

test('no more is given back than was taken', async (t) => {
  const { bank, refund } = await startPaid(t);
  const over = await refund({ amount: 1001 });
  t.match(over, { statusCode: 422 });
  t.match(over.json(), { type: 'urn:millrace:problem:refund-exceeds-payment', left: 1000 });
  t.equal((await refund({ amount: 800 })).statusCode, 201);
  t.equal((await refund({ amount: 201 })).statusCode, 422);
  t.equal((await refund({ amount: 200 })).statusCode, 201);
  t.equal((await refund()).statusCode, 422, 'nothing is left');
  t.equal(bank.balance('order'), 0);
});

test('of 20 concurrent refunds only those that the payment covers happen', async (t) => {
  const { bank, refund } = await startPaid(t);
  const answers = await Promise.all(Array.from({ length: 20 }, () => refund({ amount: 150 })));
  const codes = answers.map(({ statusCode }) => statusCode);
  t.equal(codes.filter((code) => code === 201 || code === 202).length, 6);
  t.equal(codes.filter((code) => code === 422).length, 14);
  await eventually('six are given back', () => bank.balance('order') === 100);
});

test('the same key gives the same refund, and no other one', async (t) => {
  const { bank, refund } = await startPaid(t);
  const key = { 'idempotency-key': 'complaint 7' };
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => refund({ amount: 100, reason: 'late' }, key)),
  );
  t.ok(answers.every(({ statusCode }) => statusCode === 201 || statusCode === 202));
  const ids = answers.map((answer) => answer.json<{ refundId: string }>().refundId);
  t.equal(new Set(ids).size, 1);
  t.equal((await refund({ amount: 100, reason: 'late' }, key)).json().refundId, ids[0]);
  for (const other of [{ amount: 101, reason: 'late' }, { amount: 100 }, { reason: 'late' }]) {
    const refused = await refund(other, key);
    t.equal(refused.statusCode, 422);
    t.match(refused.json(), { type: 'urn:millrace:problem:idempotency-key-reused' });
  }
  t.equal(bank.balance('order'), 900);
});

test('a payment that is unknown or was not taken gives nothing back', async (t) => {
  const bank = openBank('pending');
  const counter = await startCounter(t, bank.provider);
  await counter.publish(accepted('waiting'));
  const { _id } = await counter.paymentOf('waiting', 'pending');
  const early = await counter.operator('POST', `/${_id}/refunds`, {});
  t.equal(early.statusCode, 409);
  t.match(early.json(), { type: 'urn:millrace:problem:payment-not-processed' });
  t.equal((await counter.operator('POST', '/none/refunds', {})).statusCode, 404);
  t.equal((await counter.operator('GET', '/none')).statusCode, 404);
});

test('a refund that does not fit is refused and changes nothing', async (t) => {
  const { counter, paymentId, refund } = await startPaid(t);
  for (const body of [
    { amount: 0 },
    { amount: -5 },
    { amount: 1.5 },
    { amount: { $gt: 0 } },
    { reason: '' },
    { reason: 'x'.repeat(501) },
    { amount: 1, currency: 'EUR' },
  ])
    t.equal((await refund(body)).statusCode, 400, JSON.stringify(body));
  const anyone = { method: 'POST', url: `/api/admin/payments/${paymentId}/refunds` } as const;
  t.equal((await counter.app.inject(anyone)).statusCode, 401);
  t.equal((await counter.paymentOf('order')).refunds, undefined);
});

test('what the provider does not answer is asked again with the same key until it is done', async (t) => {
  const { bank, counter, refund } = await startPaid(t);
  const troubles = ['fails after the effect', 'hangs', 'fails'] as const;
  let tries = 0;
  bank.trouble = ({ how }) => (how === 'refund' ? troubles[tries++] : undefined);

  const answer = await refund({ amount: 400 });
  t.match(answer, { statusCode: 202 });
  const { refundId, status } = answer.json<{ refundId: string; status: string }>();
  t.equal(status, 'requested');

  await counter.refunded('order', 400);
  t.equal(bank.balance('order'), 600, 'it was given back once');
  t.same(bank.movements.get(refundId), 1);
  const keys = bank.asked.filter(({ how }) => how === 'refund').map(({ key }) => key);
  t.ok(keys.length >= 4, `${keys.length} questions`);
  t.same(new Set(keys), new Set([refundId]));
  await eventually('it is told', async () => (await counter.told('order')).length === 2);
});

test('a refund that was written before a crash is finished by another process', async (t) => {
  const { bank, counter, paymentId, refund } = await startPaid(t);
  bank.trouble = () => 'hangs';
  t.equal((await refund({ amount: 250 })).statusCode, 202);
  await counter.stop();

  const next = openBank('processed');
  const other = await startCounter(t, next.provider, { env: counter.env });
  await other.refunded('order', 250);
  t.match((await other.operator('GET', `/${paymentId}`)).json(), {
    refundedAmount: 250,
    refunds: [{ status: 'done', amount: 250 }],
  });
});

test('a refund that the provider refuses is shown, and can be asked for anew', async (t) => {
  const { bank, refund, counter, paymentId } = await startPaid(t);
  bank.refunds = 'refused';
  t.match((await refund({ amount: 600 })).json(), { status: 'failed', failure: 'no' });
  bank.refunds = 'pending';
  t.match(await refund({ amount: 600 }), { statusCode: 202 });
  t.equal((await refund({ amount: 600 })).statusCode, 422, 'what is on its way counts as given');
  bank.refunds = 'done';
  await counter.refunded('order', 600);
  t.match((await counter.operator('GET', `/${paymentId}`)).json(), {
    refundedAmount: 600,
    refunds: [{ status: 'failed' }, { status: 'done' }],
  });
  const told = await eventually('it is told', async () => {
    const found = await counter.told('order');
    return found.length > 1 && found;
  });
  t.match(told, [{ type: 'payment.processed' }, { type: 'payment.refunded' }]);
  t.equal(told.length, 2, 'only what was given back is told');
});
