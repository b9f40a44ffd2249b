/** The days of the statistics are those of the shop's time zone. */
import { test, type Test } from 'tap';
import { orderHistory } from '../../../modules/order-history/index.ts';
import type { Statistics } from '../../../modules/order-history/statistics.ts';
import { checkTimeZone } from '../../../modules/order-history/statistics-store.ts';
import { ADMIN_TOKEN, startTestHost } from '../../support.ts';
import { settled } from './content.ts';
import { eventsOfAll, type Lifecycle } from './lifecycles.ts';
import { historyShop, tell } from './fakes.ts';

/** The number of orders of each day from one to another, that were placed at these times. */
async function count(t: Test, timeZone: string, times: string[], from: string, to: string) {
  const environment = { TIME_ZONE: timeZone };
  const host = await startTestHost(t, { modules: historyShop, environment });
  const lives = times.map((time, i): Lifecycle => {
    const at = Date.parse(time);
    return { orderId: `${i}`, userId: 'u', at, ends: 'paid' };
  });
  await tell(host, eventsOfAll(lives));
  await settled(host);
  const answer = await host.app.inject({
    url: `/api/admin/order-history/statistics?from=${from}&to=${to}`,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  const { days, total, ...rest } = answer.json<Statistics>();
  t.match(rest, { timeZone, from, to });
  t.equal(
    total.orders,
    days.reduce((sum, { orders }) => sum + orders, 0),
    'the total is that of the days',
  );
  return days.map(({ day, orders }) => `${day}: ${orders}`);
}

test('the day on which summer time begins has 23 hours, and the one on which it ends 25', async (t) => {
  const spring = [
    '2026-03-28T22:59:59.999Z',
    '2026-03-28T23:00:00Z',
    '2026-03-29T21:59:59.999Z',
    '2026-03-29T22:00:00Z',
    '2026-03-30T22:00:00Z',
  ];
  t.same(await count(t, 'Europe/Berlin', spring, '2026-03-28', '2026-03-30'), [
    '2026-03-28: 1',
    '2026-03-29: 2',
    '2026-03-30: 1',
  ]);
  const autumn = [
    '2026-10-24T21:59:59.999Z',
    '2026-10-24T22:00:00Z',
    '2026-10-25T22:59:59.999Z',
    '2026-10-25T23:00:00Z',
  ];
  t.same(await count(t, 'Europe/Berlin', autumn, '2026-10-24', '2026-10-26'), [
    '2026-10-24: 1',
    '2026-10-25: 2',
    '2026-10-26: 1',
  ]);
});

test('a day that begins at one, and one whose last hour comes twice', async (t) => {
  const times = [
    // Summer time began at midnight: 4 November 2018 had no hour from 0 to 1.
    '2018-11-04T02:59:59.999Z',
    '2018-11-04T03:00:00Z',
    '2018-11-05T01:59:59.999Z',
    '2018-11-05T02:00:00Z',
  ];
  t.same(await count(t, 'America/Sao_Paulo', times, '2018-11-03', '2018-11-05'), [
    '2018-11-03: 1',
    '2018-11-04: 2',
    '2018-11-05: 1',
  ]);
  // It ended at midnight: 17 February 2018 had its last hour twice.
  const ending = ['2018-02-18T01:30:00Z', '2018-02-18T02:30:00Z', '2018-02-18T03:00:00Z'];
  t.same(await count(t, 'America/Sao_Paulo', ending, '2018-02-17', '2018-02-18'), [
    '2018-02-17: 2',
    '2018-02-18: 1',
  ]);
});

test('29 February is a day, far from Greenwich too', async (t) => {
  const times = ['2024-02-28T10:00:00Z', '2024-02-29T09:59:59.999Z', '2024-02-29T10:00:00Z'];
  t.same(await count(t, 'Pacific/Kiritimati', times, '2024-02-28', '2024-03-01'), [
    '2024-02-28: 0',
    '2024-02-29: 2',
    '2024-03-01: 1',
  ]);
});

test('a time zone that nobody knows keeps the process from starting, by the name of the setting', async (t) => {
  for (const TIME_ZONE of ['Mars/Base', '+01:00', 'Europe'])
    await t.rejects(startTestHost(t, { modules: [orderHistory], environment: { TIME_ZONE } }), {
      code: 'CONFIG_INVALID',
      message: /^TIME_ZONE holds ".*IANA/,
    });
  const host = await startTestHost(t, { modules: [orderHistory] });
  await t.rejects(checkTimeZone(host.context('order-history').db, 'Europe/Newtown'), {
    message: /^TIME_ZONE is Europe\/Newtown, which MongoDB/,
  });
});
