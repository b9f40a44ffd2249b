/** A provider that answers from the charge alone costs a payment one write, and no promise. */
import { test } from 'tap';
import type { PaymentDocument } from '../../../modules/payments/document.ts';
import { simulatedProvider } from '../../../modules/payments/providers/simulated.ts';
import { eventually } from '../../support.ts';
import { accepted, cancelled, startCounter } from './counter.ts';

test('a payment that is answered at once is stored once, with its end and its event', async (t) => {
  const counter = await startCounter(t, simulatedProvider(1000));
  await counter.publish(accepted('paid'), accepted('declined', 1001));
  for (const [orderId, status] of [
    ['paid', 'processed'],
    ['declined', 'failed'],
  ] as const) {
    const payment = await counter.paymentOf(orderId, status);
    t.equal(payment.revision, 1, 'nothing was written before');
    t.notOk(payment.nextAt, 'nothing is open');
    const [event] = await eventually('it is published', async () => {
      const told = await counter.told(orderId);
      return told.length > 0 && told;
    });
    t.match(event, { type: `payment.${status}`, eventId: `${payment._id}-${status}` });
  }
});

test('an order that is accepted again keeps its payment, whose event is published once more', async (t) => {
  const counter = await startCounter(t, simulatedProvider(1000));
  await counter.publish(accepted('order'));
  const { _id } = await counter.paymentOf('order');
  await eventually('it is published', async () => (await counter.told('order')).length === 1);
  await counter.env.redis.xtrim(`${counter.env.keyPrefix}PAYMENTS_STREAM`, 'MAXLEN', 0);
  await counter.publish(accepted('order', 1000, true));
  await eventually('and once more', async () => (await counter.told('order')).length === 1);
  t.match(await counter.told('order'), [{ paymentId: _id }]);
});

test('an order that was cancelled first is not paid, though the answer is there before the write', async (t) => {
  const counter = await startCounter(t, simulatedProvider(1000));
  const payments = counter.payments.db.collection<PaymentDocument>('payments');
  await counter.publish(cancelled('order'));
  const mark = await eventually('it is marked', () => payments.findOne({ orderId: 'order' }));
  await counter.publish(accepted('order'), accepted('other'));
  const { redis, keyPrefix } = counter.env;
  await counter.paymentOf('other');
  await eventually('both are handled', async () => {
    const [row] = (await redis.xinfo('GROUPS', `${keyPrefix}ORDERS_STREAM`)) as unknown[][];
    return row?.[row.indexOf('lag') + 1] === 0 && row[row.indexOf('pending') + 1] === 0;
  });
  t.same(await payments.find({ orderId: 'order' }).toArray(), [mark]);
  t.same(await counter.told('order'), []);
});
