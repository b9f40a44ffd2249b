/** Consumers may read again from any point: the order history is the same after it was set back to the start. */
import { test } from 'tap';
import { modules } from '../../../modules/index.ts';
import { ended, entriesOf, get, place, seed } from '../../shop.ts';
import { ADMIN_TOKEN, eventually, startTestHost, type TestHost } from '../../support.ts';

const STREAM = 'ORDERS_STREAM';
const GROUP = `/api/admin/streams/${STREAM}/groups/order-history`;

/** The types of events that the history listens to; it passes over others. */
const listened = new Set<string | undefined>(
  modules
    .find(({ name }) => name === 'order-history')!
    .listens!.filter(({ stream }) => stream === STREAM)
    .map(({ type }) => type),
);

interface Body {
  entries: number;
  from: string;
  lag: number;
  pending: number;
}

async function operate(host: TestHost, method: 'GET' | 'POST', url: string, payload?: object) {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const response = await host.app.inject({ method, url, headers, ...(payload && { payload }) });
  if (response.statusCode !== 200) throw new Error(`${url}: ${response.body}`);
  return response.json<Body>();
}

const caughtUp = (host: TestHost) =>
  eventually('the history has caught up', async () => {
    const { lag, pending } = await operate(host, 'GET', `${GROUP}/pending`);
    return lag === 0 && pending === 0;
  });

/** Entries of the stream that the history was given to handle, by the metrics of the process. */
async function handled(host: TestHost): Promise<number> {
  const { body } = await host.app.inject('/metrics');
  const lines = body.matchAll(/^millrace_deliveries_total\{([^}]*)\} (\d+)$/gm);
  return [...lines]
    .filter(([, labels = '']) => labels.includes(STREAM) && labels.includes('"order-history"'))
    .reduce((sum, [, , count]) => sum + Number(count), 0);
}

test('the order history that is set back to the start handles each entry again, and is the same', async (t) => {
  const host = await startTestHost(t, { modules });
  await seed(host, [{ productId: 'a', price: 500 }]);
  for (const quantity of [1, 2, 3]) await ended(host, await place(host, { a: quantity }));
  await caughtUp(host);
  await operate(host, 'POST', `${GROUP}/pause`);
  const before = (await get(host, '/api/order-history')).json<object>();
  const counted = await handled(host);
  const { entries, from } = await operate(host, 'POST', `${GROUP}/offset`, {
    to: 'start',
    dryRun: true,
  });
  t.equal(entries, await host.env.redis.xlen(host.env.keyPrefix + STREAM));
  const expected = { entries, from };
  await operate(host, 'POST', `${GROUP}/offset`, { to: 'start', expected });
  await operate(host, 'POST', `${GROUP}/resume`);
  await caughtUp(host);
  const types = (await entriesOf(host, STREAM)).map(({ type }) => type);
  const ours = types.filter((type) => listened.has(type));
  t.ok(ours.length >= 9);
  t.equal(
    (await handled(host)) - counted,
    ours.length,
    'each that it listens to was handled again',
  );
  t.same((await get(host, '/api/order-history')).json(), before);
});
