/** The days of the statistics are those of any time zone that is asked for; a funnel; files for spreadsheets. */
import { test } from 'tap';
import type { Statistics } from '../../../modules/order-history/statistics.ts';
import { ADMIN_TOKEN, startTestHost, type TestHost } from '../../support.ts';
import { settled } from './content.ts';
import { eventsOfAll, type Lifecycle } from './lifecycles.ts';
import { historyShop, tell } from './fakes.ts';

const environment = { CURRENCY: 'INR', CURRENCY_DECIMALS: '2' };

function ask({ app }: TestHost, query: string) {
  return app.inject({
    url: `/api/admin/order-history/statistics?${query}`,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
}

const daysOf = async (host: TestHost, query: string) =>
  (await ask(host, query)).json<Statistics>().days.map(({ day, orders }) => `${day}: ${orders}`);

const life = (orderId: string, at: string, more: Partial<Lifecycle> = {}): Lifecycle => ({
  orderId,
  userId: 'u',
  at: Date.parse(at),
  ends: 'paid',
  ...more,
});

test('one history has the days of any time zone, over summer time and quarters of an hour', async (t) => {
  const host = await startTestHost(t, { modules: historyShop, environment });
  const lives = [
    // The day on which summer time began in Berlin ends at 22:00Z; in Kathmandu a day ends at 18:15Z.
    life('1', '2026-03-28T22:59:59.999Z'),
    life('2', '2026-03-28T23:00:00Z'),
    life('3', '2026-03-29T18:14:59.999Z'),
    life('4', '2026-03-29T18:15:00Z'),
    life('5', '2026-03-29T22:00:00Z'),
  ];
  await tell(host, eventsOfAll(lives));
  await settled(host);
  const range = 'from=2026-03-28&to=2026-03-30';
  t.same(await daysOf(host, `${range}&timeZone=Europe/Berlin`), [
    '2026-03-28: 1',
    '2026-03-29: 3',
    '2026-03-30: 1',
  ]);
  t.same(await daysOf(host, `${range}&timeZone=Asia/Kathmandu`), [
    '2026-03-28: 0',
    '2026-03-29: 3',
    '2026-03-30: 2',
  ]);
  t.same(await daysOf(host, range), ['2026-03-28: 2', '2026-03-29: 3', '2026-03-30: 0'], 'UTC');
});

test('a time zone that nobody knows, or MongoDB does not, is refused with what to do', async (t) => {
  const host = await startTestHost(t, { modules: historyShop });
  for (const zone of ['Mars/Base', 'Europe', '%2B01:00', ''])
    t.equal((await ask(host, `timeZone=${zone}`)).statusCode, 400, zone);
  t.match((await ask(host, 'timeZone=Mars/Base')).json(), { detail: /IANA.*Europe\/Berlin/ });
  t.equal(
    (await ask(host, 'timeZone=Asia/Kathmandu')).json<Statistics>().timeZone,
    'Asia/Kathmandu',
  );
});

const ENDS = ['paid', 'paid', 'refunded', 'declined', 'rejected', 'cancelled', 'placed'] as const;

test('the funnel counts where orders went on, and where they were lost', async (t) => {
  const host = await startTestHost(t, { modules: historyShop, environment });
  const lives = ENDS.map((ends, i) => life(`${i}`, '2026-01-10T12:00:00Z', { ends }));
  await tell(host, eventsOfAll(lives));
  await settled(host);
  const { total, days } = (await ask(host, 'from=2026-01-10&to=2026-01-10')).json<Statistics>();
  const funnel = {
    orders: 7,
    rejectedOrders: 1,
    failedOrders: 1,
    cancelledOrders: 1,
    refundedOrders: 1,
  };
  t.match(total, funnel);
  t.match(days, [funnel]);
  t.ok(total.acceptedOrders >= total.paidOrders + total.failedOrders);
  t.ok(total.paidOrders >= 3, 'what was refunded had been paid');
});

test('a file has the days of the zone, or what sold best, with amounts in the currency', async (t) => {
  const host = await startTestHost(t, { modules: historyShop, environment });
  const name = '=HYPERLINK("https://evil.example")';
  const lives = [
    life('1', '2026-01-10T23:30:00Z', { productId: 'a', quantity: 2 }),
    life('2', '2026-01-11T01:00:00Z', { productId: 'b', brand: name }),
  ];
  await tell(host, eventsOfAll(lives));
  await settled(host);
  const query = 'from=2026-01-10&to=2026-01-11&timeZone=Europe/Berlin&format=csv';
  const days = await ask(host, query);
  t.match(days.headers['content-disposition'], 'filename="days-2026-01-10-2026-01-11.csv"');
  const [header, ...lines] = days.body.split('\r\n');
  t.match(header, /^\uFEFFDay \(Europe\/Berlin\),Orders,Accepted,Paid,.*,Revenue \(INR\)$/);
  t.match(lines[0], /^2026-01-10,0,0,0,0,0,0,0,0,0$/);
  t.match(lines[1], /^2026-01-11,2,\d,2,0,0,0,0,0,3$/);
  const products = await ask(host, `${query}&table=products`);
  t.match(products.body, /\r\na,Product a,2,2\r\n/);
  const brands = await ask(host, `${query}&table=brands`);
  t.match(brands.body, `"'=HYPERLINK(""https://evil.example"")"`);
});
