/** A provider may be slow, closed or forgetful: each payment is taken once, and no other one waits. */
import { test } from 'tap';
import { startDeadline } from '../../../modules/payments/provider-binding.ts';
import { get } from '../../shop.ts';
import { eventually } from '../../support.ts';
import { openBank } from './bank.ts';
import { accepted, SHORT, startCounter } from './counter.ts';

test('questions that get no answer are repeated with one key, and the money is taken once', async (t) => {
  const bank = openBank('authorised');
  const troubles = { authorise: 0, capture: 0 };
  bank.trouble = ({ how }) => {
    if (how !== 'authorise' && how !== 'capture') return undefined;
    return (['fails after the effect', 'hangs', 'fails'] as const)[troubles[how]++];
  };
  const counter = await startCounter(t, bank.provider);
  await counter.publish(accepted('order'));

  const { _id } = await counter.paymentOf('order');
  t.same(bank.movements, new Map([[_id, 1]]));
  t.same(new Set(bank.asked.map(({ key }) => key)), new Set([_id]));
  t.ok(bank.asked.length >= 8, 'it was asked again after each trouble');
  await eventually('it is told once', async () => (await counter.told('order')).length === 1);
});

test('a provider that hangs on some orders holds up no others', async (t) => {
  const bank = openBank('processed');
  let stuck = true;
  bank.trouble = ({ orderId }) => (stuck && orderId.startsWith('stuck') ? 'hangs' : undefined);
  // The task would wait for long; the handlers must not.
  const counter = await startCounter(t, bank.provider, {}, { ...SHORT, pollTimeoutMs: 20_000 });
  const orderIds = Array.from({ length: 40 }, (_, i) => (i % 2 ? `good ${i}` : `stuck ${i}`));
  await counter.publish(...orderIds.map((orderId) => accepted(orderId)));

  const collection = counter.payments.db.collection('payments');
  await eventually(
    'the good ones are paid',
    async () => (await collection.countDocuments({ status: 'processed' })) === 20,
    10_000,
  );
  const { redis, keyPrefix } = counter.env;
  await eventually('and all entries are acknowledged', async () => {
    const [row] = (await redis.xinfo('GROUPS', `${keyPrefix}ORDERS_STREAM`)) as unknown[][];
    return row?.[row.indexOf('lag') + 1] === 0 && row[row.indexOf('pending') + 1] === 0;
  });
  t.equal(await collection.countDocuments({ status: 'initiated' }), 20);
  stuck = false;
  await counter.publish(accepted('stuck 0'));
  await counter.paymentOf('stuck 0');
  t.equal(bank.movements.size, 21, 'an event that comes again asks again, with the same key');
});

test('a crash after the question leads to the same question, and to one charge', async (t) => {
  const bank = openBank('processed');
  bank.trouble = ({ how }) => (how === 'authorise' ? 'fails after the effect' : undefined);
  const first = await startCounter(t, bank.provider);
  await first.publish(accepted('order'));
  await eventually('the money is taken', () => bank.balance('order') === 1000);
  await first.stop();
  t.equal(await first.env.redis.xlen(`${first.env.keyPrefix}PAYMENTS_STREAM`), 0);

  bank.trouble = () => undefined;
  const second = await startCounter(t, bank.provider, { env: first.env });
  const { _id } = await second.paymentOf('order');
  t.same(bank.movements, new Map([[_id, 1]]));
});

test('the buyer sees what to do next; who pays and never comes back has paid', async (t) => {
  const bank = openBank('pending');
  const counter = await startCounter(t, bank.provider);
  await counter.publish(accepted('order'));
  const { _id } = await counter.paymentOf('order', 'pending');

  const action = { clientSecret: `secret-${_id}` };
  t.match((await get(counter, `/api/payments/${_id}`)).json(), { status: 'pending', action });
  const items = [{ paymentId: _id, action }];
  t.match((await get(counter, '/api/payments?orderId=order')).json(), { items });
  t.equal((await get(counter, `/api/payments/${_id}`, 'mallory')).statusCode, 404);
  t.same((await get(counter, '/api/payments?orderId=order', 'mallory')).json(), { items: [] });
  t.equal((await counter.app.inject(`/api/payments/${_id}`)).statusCode, 401);

  bank.pay(_id);
  await counter.paymentOf('order');
  t.equal(bank.balance('order'), 1000);
  const paid = (await get(counter, `/api/payments/${_id}`)).json();
  t.match(paid, { status: 'processed', refundedAmount: 0 });
  t.notOk('action' in paid, 'the secret is not shown any more');
});

test('a payment that stays pending is asked for at growing intervals', async (t) => {
  const bank = openBank('pending');
  const timing = { ...SHORT, pollTimeoutMs: 1, retryMinMs: 50, retryMaxMs: 60_000 };
  const counter = await startCounter(t, bank.provider, {}, timing);
  await counter.publish(accepted('order'));
  const collection = counter.payments.db.collection<{ attempts?: number; nextAt: Date }>(
    'payments',
  );
  const pauses: number[] = [];
  for (const attempts of [1, 2, 3, 4, 5, 6]) {
    const { nextAt } = await eventually(`question ${attempts}`, () =>
      collection.findOne({ attempts: { $gte: attempts } }),
    );
    pauses.push(nextAt.getTime() - Date.now());
  }
  t.ok(pauses.at(-1)! > 4 * Math.max(1, pauses[0]!), `pauses until the next: ${pauses.join(', ')}`);
});

test('who stops takes what the provider answers at once, and does not wait for what it does not', async (t) => {
  const bank = openBank('processed');
  bank.trouble = ({ orderId }) => (orderId === 'stuck' ? 'hangs' : undefined);
  const counter = await startCounter(t, bank.provider, {}, { ...SHORT, pollTimeoutMs: 20_000 });
  await counter.publish(accepted('stuck'));
  await eventually('the task asks, and would wait for long', () => bank.asked.length === 2);
  const began = Date.now();
  await counter.stop();
  t.ok(Date.now() - began < 5000, `stopped after ${Date.now() - began} ms`);

  const deadline = startDeadline(1000, AbortSignal.abort(), 100);
  const state = bank.provider.find({
    idempotencyKey: 'k',
    orderId: 'quick',
    amount: 1,
    currency: 'INR',
    decimals: 0,
  });
  t.match(await deadline.bound(async () => await state), { outcome: 'pending' });
  await t.rejects(
    deadline.bound(() => new Promise(() => undefined)),
    { message: /stops/ },
  );
  deadline.clear();
});
