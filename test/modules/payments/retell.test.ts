/** What payments have told can be told again, exactly as it was. */
import { test } from 'tap';
import { eventually } from '../../support.ts';
import { entriesOf } from '../../shop.ts';
import { openBank } from './bank.ts';
import { accepted, cancelled, rejected, startCounter, type Counter } from './counter.ts';

/** The entries of the stream, each event once: a start may tell again what is on it. */
async function toldOf(counter: Counter): Promise<Record<string, string>[]> {
  const entries = await entriesOf(counter, 'PAYMENTS_STREAM');
  return [...new Map(entries.map((fields) => [fields['eventId'], fields])).values()];
}

/** A payment of each kind; gives the entries that tell of them. */
async function tellAll(counter: Counter): Promise<Record<string, string>[]> {
  await counter.publish(accepted('kept'), accepted('refused', 13), accepted('undone'));
  const { _id } = await counter.paymentOf('kept');
  await counter.paymentOf('undone');
  for (const amount of [100, 200])
    await counter.operator('POST', `/${_id}/refunds`, { amount, reason: 'a scratch' });
  await counter.publish(cancelled('undone'), rejected('never accepted'));
  return eventually('all is told', async () => {
    const entries = await toldOf(counter);
    return entries.length === 6 && entries;
  });
}

/** A bank that refuses 13. */
function startWithRefusal(t: Parameters<typeof startCounter>[0]) {
  const { provider } = openBank('processed');
  return startCounter(t, {
    ...provider,
    authorise: async (charge) =>
      charge.amount === 13 ? { outcome: 'failed', reason: 'unlucky' } : provider.authorise(charge),
  });
}

const byId = (entries: Record<string, string>[]) =>
  entries.toSorted((a, b) => a['eventId']!.localeCompare(b['eventId']!));

test('`eventHistory` gives every event as it was published: id, time and data', async (t) => {
  const counter = await startWithRefusal(t);
  const published = await tellAll(counter);
  const again: Record<string, string>[] = [];
  for await (const event of counter.module.setup!(counter.payments).eventHistory!())
    again.push(event);
  t.same(byId(again), byId(published));
  t.equal(new Set(published.map(({ eventId }) => eventId)).size, 6);
  const ofKept = again.filter(({ orderId }) => orderId === 'kept').map(({ type }) => type);
  t.same(ofKept, ['payment.processed', 'payment.refunded', 'payment.refunded'], 'in order');
});

test('what Redis lost is told again, as far back as it lost it', async (t) => {
  const counter = await startWithRefusal(t);
  const published = await tellAll(counter);
  const { redis, keyPrefix } = counter.env;
  const recover = (since: number) => counter.module.setup!(counter.payments).recover!(since);
  const stream = `${keyPrefix}PAYMENTS_STREAM`;

  await redis.xtrim(stream, 'MAXLEN', 0);
  const last = Math.max(...published.map(({ at }) => Number(at)));
  await recover(last);
  const late = published.filter(({ at }) => Number(at) >= last);
  t.same(byId(await toldOf(counter)), byId(late));

  await redis.xtrim(stream, 'MAXLEN', 0);
  await recover(0);
  t.same(byId(await toldOf(counter)), byId(published));
});

test('an order that missed the answer is told it again', async (t) => {
  const counter = await startWithRefusal(t);
  await tellAll(counter);
  const before = await counter.told('kept');
  const { redis, keyPrefix } = counter.env;
  await redis.xtrim(`${keyPrefix}PAYMENTS_STREAM`, 'MAXLEN', 0);
  await counter.publish(accepted('kept', 1000, true), accepted('refused', 13, true));
  await eventually('the one is told', async () => (await counter.told('refused')).length === 1);
  const again = await eventually('the other is told', async () => {
    const told = await counter.told('kept');
    return told.length === before.length && told;
  });
  t.same(again, before);
});
