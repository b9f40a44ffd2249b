/** Processes of yesterday beside those of today: events in the form that each contract had first. */
import { setTimeout as delay } from 'node:timers/promises';
import { test, type Test } from 'tap';
import { gateway } from '../../modules/gateway/index.ts';
import { modules } from '../../modules/index.ts';
import type { EventContract } from '../../src/bus/index.ts';
import type { Fields } from '../../src/bus/contract/event.ts';
import { createDecoder, toEntry, toFields } from '../../src/bus/contract/wire.ts';
import { DIRECTORY, readFirst } from '../contracts/frozen.ts';
import { as } from '../session.ts';
import { get, place, seed, stockOf, type OrderBody } from '../shop.ts';
import {
  ADMIN_TOKEN,
  eventually,
  openTestEnvironment,
  startTestHost,
  type TestHost,
} from '../support.ts';

/** The modules that are apart: what one publishes reaches the others by the test alone. */
const APART = modules.filter(({ listens }) => listens);
const ENVELOPE = ['type', 'v', 'eventId', 'at', 'key', 'traceparent'];
/** Above it, the simulated provider declines. */
const LIMIT = 50_000;
const PAUSE_MS = 20;
/** How long all may take to come to its end, in ms. */
const SETTLED_MS = 240_000;

/** What becomes of an entry between two modules. */
type Crossing = (fields: Fields) => Fields;

/** The entry as a module of yesterday would have published it. Throws where none could have read it. */
function yesterday(stream: string): Crossing {
  const first = readFirst(DIRECTORY);
  return (fields) => {
    const contract = first.get(`${stream}/${fields['type']}.v${fields['v']}`);
    if (!contract) throw new Error(`${stream}: no first form of ${fields['type']} v${fields['v']}`);
    createDecoder(contract as unknown as EventContract)(stream, '1-0', fields);
    const known = [...ENVELOPE, ...Object.keys(contract.data.properties ?? {})];
    return Object.fromEntries(
      known.flatMap((name) => (name in fields ? [[name, fields[name]!]] : [])),
    );
  };
}

/** A shop whose modules have streams of their own, between which a test carries every entry. */
async function startApart(t: Test, crossingOf: (stream: string) => Crossing) {
  const common = await openTestEnvironment(t);
  const prefixOf = (name: string): string =>
    name === gateway.name ? common.keyPrefix : `${common.keyPrefix}${name}:`;
  const hosts = new Map<string, TestHost>();
  for (const module of APART) {
    const environment = {
      REDIS_KEY_PREFIX: prefixOf(module.name),
      PAYMENTS_SIMULATED_LIMIT: String(LIMIT),
    };
    const options = { env: common, modules: [module], known: modules, environment };
    hosts.set(module.name, await startTestHost(t, options));
  }
  const ending = new AbortController();
  const refused: string[] = [];

  async function carry(from: string, stream: string): Promise<void> {
    const cross = crossingOf(stream);
    const readers = APART.filter(({ name, listens = [] }) =>
      listens.some((contract) => name !== from && contract.stream === stream),
    );
    for (let last = '0-0'; !ending.signal.aborted; await delay(PAUSE_MS)) {
      const entries = await common.redis.xrange(prefixOf(from) + stream, `(${last}`, '+');
      for (const [id, list] of entries) {
        last = id;
        try {
          const entry = toEntry(cross(toFields(list)));
          for (const { name } of readers)
            await common.redis.xadd(prefixOf(name) + stream, '*', ...entry);
        } catch (error) {
          refused.push(String(error));
        }
      }
    }
  }

  const writers = [...APART, gateway].flatMap(({ name, stream }) =>
    stream ? [{ name, stream }] : [],
  );
  const carrying = writers.map(({ name, stream }) => carry(name, stream));
  t.teardown(async () => {
    ending.abort();
    await Promise.all(carrying);
  });
  const hostOf = (name: string): TestHost => {
    const host = hosts.get(name);
    if (!host) throw new Error(`no host runs ${name}`);
    return host;
  };
  const shop: TestHost = {
    ...hostOf('orders'),
    contexts: new Map([...hosts].map(([name, host]) => [name, host.context(name)])),
    context: (name) => hostOf(name).context(name),
  };
  return { shop, hostOf, refused };
}

const operator = { authorization: `Bearer ${ADMIN_TOKEN}` };

/** Lives the life of several orders; gives what came of them, without ids and times. */
async function live(t: Test, crossingOf: (stream: string) => Crossing): Promise<unknown> {
  const { shop, hostOf, refused } = await startApart(t, crossingOf);
  await seed(shop, [
    { productId: 'shoes', price: 22885, stockQty: 5 },
    { productId: 'mug', price: 299, stockQty: 100 },
  ]);
  const placed: OrderBody[] = [];
  for (const items of [{ shoes: 1, mug: 2 }, { shoes: 10 }, { shoes: 3 }, { mug: 3 }])
    placed.push(await place(shop, items));
  const orderOf = async ({ orderId }: OrderBody) =>
    (await get(shop, `/api/orders/${orderId}`)).json<OrderBody>();
  const [kept, scarce, dear, given] = await eventually(
    'every order has ended',
    async () => {
      const [a, b, c, d] = await Promise.all(placed.map(orderOf));
      const codes = [a, b, c, d].map((one) => one?.orderStatusCode);
      return codes.join() === '3,-1,-3,3' && ([a!, b!, c!, d!] as const);
    },
    SETTLED_MS,
  );
  const answer = await hostOf('payments').app.inject({
    method: 'POST',
    url: `/api/admin/payments/${kept.paymentId}/refunds`,
    headers: operator,
    payload: { amount: 299 },
  });
  t.equal(answer.statusCode, 201);
  const cancelled = await shop.app.inject({
    method: 'POST',
    url: `/api/orders/${given.orderId}/cancel`,
    headers: as(shop, given.userId),
  });
  t.equal(cancelled.statusCode, 202);

  const all = [kept, scarce, dear, given];
  const read = async ({ orderId }: OrderBody) => {
    const order = (await get(shop, `/api/orders/${orderId}`)).json<Shown>();
    const shown = (
      await get(hostOf('order-history'), `/api/order-history/${orderId}`)
    ).json<Shown>();
    return [essence(order), essence(shown)] as const;
  };
  const orders = await eventually(
    'every order and its history have come to their end',
    async () => {
      const now = await Promise.all(all.map(read));
      const codes = now.map(
        ([order, shown]) => `${order.orderStatusCode} ${shown.orderStatusCode}`,
      );
      const refunds = now.map(([, shown]) => shown.refundedAmount ?? 0);
      return codes.join() === '3 3,-1 -1,-3 -3,4 4' && refunds.join() === '299,0,0,897' && now;
    },
    SETTLED_MS,
  );
  const stock = await eventually('the stock is as it shall be', async () => {
    const now = [await stockOf(shop, 'shoes'), await stockOf(shop, 'mug')];
    return now.map(({ stockQty }) => stockQty).join() === '4,98' && now;
  });
  t.same(refused, [], 'a reader of yesterday would have read every event');
  for (const { name } of APART) {
    const { bus } = hostOf(name);
    for (const { stream, group } of bus.subscriptions)
      t.equal(await bus.deadLetters(stream, group).count(), 0, `${group} took all of ${stream}`);
  }
  return { orders, stock };
}

interface Shown {
  orderStatusCode: number;
  orderAmount: number;
  refundedAmount?: number;
  currency: string;
  items: unknown[];
  reasonCode?: string;
}

/** Without the decimals, which events of yesterday do not tell the history. */
const essence = (one: Shown) => {
  const { orderStatusCode, orderAmount, refundedAmount, currency, items, reasonCode } = one;
  return { orderStatusCode, orderAmount, refundedAmount, currency, items, reasonCode };
};

test('modules of yesterday and of today understand each other, with the same effect', async (t) => {
  const today = await live(t, () => (fields) => fields);
  t.same(await live(t, yesterday), today);
});
