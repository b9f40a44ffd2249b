/** Limits: who asks too much is told to wait, and nobody else. */
import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { test } from 'tap';
import { eventually, openTestEnvironment, startTestHost } from '../../support.ts';
import { importPictures, jpeg } from '../products/picture-files.ts';
import { products } from '../../../modules/products/index.ts';
import { bearer, current, guest } from './client.ts';
import { front, listening } from './elsewhere.ts';

const LIMIT = 5;
const environment = { RATE_LIMIT_PER_MINUTE: String(LIMIT), TRUST_PROXY: '127.0.0.1' };
const from = (address: string) => ({ 'x-forwarded-for': address });
const forged = () => bearer({ token: `mrs_${randomBytes(32).toString('base64url')}` });

test('a session has its number of requests a minute, over all processes', async (t) => {
  const first = await startTestHost(t, { environment });
  const second = await startTestHost(t, { environment, env: first.env });
  const [mine, other] = [await guest(first), await guest(first)];
  const statuses: number[] = [];
  for (let i = 0; i < LIMIT; i += 1)
    statuses.push((await current(i % 2 ? first : second, bearer(mine))).statusCode);
  t.same(statuses, Array<number>(LIMIT).fill(200));
  for (const host of [first, second]) {
    const refused = await current(host, bearer(mine));
    t.match(refused.json(), { status: 429, type: 'urn:millrace:problem:rate-limited' });
    t.match(refused.headers, {
      'content-type': /^application\/problem\+json/,
      'x-ratelimit-limit': LIMIT,
      'x-ratelimit-remaining': 0,
      'retry-after': /^\d+$/,
    });
  }
  const free = await current(second, bearer(other));
  t.match(free.headers, { 'x-ratelimit-remaining': LIMIT - 1, 'x-ratelimit-reset': /^\d+$/ });
});

test('of many requests at once, as many are answered as one after the other', async (t) => {
  const first = await startTestHost(t, { environment });
  const second = await startTestHost(t, { environment, env: first.env });
  const mine = bearer(await guest(first));
  const all = Array.from({ length: 20 }, (_, i) => current(i % 2 ? first : second, mine));
  const statuses = (await Promise.all(all)).map(({ statusCode }) => statusCode);
  t.equal(statuses.filter((status) => status === 200).length, LIMIT);
});

test('what processes have not told each other yet is a fiftieth of the limit for each', async (t) => {
  const many = { ...environment, RATE_LIMIT_PER_MINUTE: '100' };
  const first = await startTestHost(t, { environment: many });
  const second = await startTestHost(t, { environment: many, env: first.env });
  const mine = bearer(await guest(first));
  const counts: Record<number, number> = {};
  for (let i = 0; i < 120; i += 1) {
    const { statusCode } = await current(i % 2 ? first : second, mine);
    counts[statusCode] = (counts[statusCode] ?? 0) + 1;
  }
  t.same(Object.keys(counts), ['200', '429']);
  t.ok(counts[200]! >= 100 && counts[200]! <= 104, `${counts[200]} were answered`);
});

test('what a process has counted alone is in the count of all soon', async (t) => {
  const many = { ...environment, RATE_LIMIT_PER_MINUTE: '1000' };
  const host = await startTestHost(t, { environment: many });
  const { redis, keyPrefix } = host.env;
  for (let i = 0; i < 3; i += 1) await host.app.inject('/api/products');
  const counted = async () => {
    const [key] = await redis.keys(`${keyPrefix}*rate:address:*`);
    return key === undefined ? null : redis.get(key);
  };
  await eventually('Redis has them all', async () => (await counted()) === '3');
});

test('without a session an address is counted, and so is every token that is made up', async (t) => {
  const open = { METRICS_ACCESS: 'everyone', DOCS_ACCESS: 'everyone' };
  const host = await startTestHost(t, { environment: { ...environment, ...open } });
  const ask = async (url: string, headers: Record<string, string>) =>
    (await host.app.inject({ url, headers })).statusCode;
  const flood: number[] = [];
  for (let i = 0; i < LIMIT + 3; i += 1)
    flood.push(await ask('/api/orders/1', { ...forged(), ...from('198.51.100.1') }));
  t.same(flood, [...Array<number>(LIMIT).fill(401), 429, 429, 429]);
  t.equal(await ask('/api/products', from('198.51.100.1')), 429);
  t.equal(await ask('/%61pi/products', from('198.51.100.1')), 429, 'however it is written');
  t.equal(await ask('/api/nothing', from('198.51.100.1')), 429);
  t.equal(await ask('/api/products', from('198.51.100.2')), 200, 'another address is free');
  for (const url of ['/healthz', '/readyz', '/metrics', '/openapi.json'])
    t.equal(await ask(url, from('198.51.100.1')), 200, url);
});

test("a proxy that is not trusted cannot choose its client's address", async (t) => {
  const host = await startTestHost(t, { environment: { RATE_LIMIT_PER_MINUTE: '2' } });
  const statuses: number[] = [];
  for (let i = 0; i < 3; i += 1)
    statuses.push(
      (await host.app.inject({ url: '/api/products', headers: from(`198.51.100.${i}`) }))
        .statusCode,
    );
  t.same(statuses, [200, 200, 429]);
});

test('while Redis is away nobody is limited', async (t) => {
  const host = await startTestHost(t, { environment });
  host.context('gateway').redis.disconnect();
  for (let i = 0; i < LIMIT + 3; i += 1)
    t.equal((await host.app.inject('/api/products')).statusCode, 200);
});

for (const where of ['in this process', 'in another'])
  test(`a catalogue page of pictures does not use up the limit of an office, and those that are not there count: products run ${where}`, async (t) => {
    const env = await openTestEnvironment(t);
    env.environment = { ...env.environment, ...environment };
    const isElsewhere = where === 'in another';
    const shop = isElsewhere ? await listening(t, env, products) : await startTestHost(t, { env });
    const host = isElsewhere ? await front(t, env, 1) : shop;
    const pictures = Object.fromEntries(
      await Promise.all([2, 3, 4].map(async (n) => [`p${n}`, await jpeg(100 * n, 100)] as const)),
    );
    const shown = Object.values(await importPictures(shop, pictures));
    const urls = shown.flatMap(({ picture }) =>
      (picture?.widths ?? []).flatMap((width) =>
        ['avif', 'webp'].map((format) => `/api/pictures/${picture?.hash}/${width}.${format}`),
      ),
    );
    const ask = (url: string, address = '198.51.100.1') =>
      host.app.inject({ url, headers: from(address) });
    t.ok(urls.length > 2 * LIMIT);
    for (const times of [1, 2]) {
      const answers = await Promise.all(urls.map((url) => ask(url)));
      t.ok(
        answers.every(({ statusCode }) => statusCode === 200),
        `all at once, asked ${times} times`,
      );
      t.notOk(answers.some(({ headers }) => 'x-ratelimit-limit' in headers));
      for (const { rawPayload } of answers) t.ok((await sharp(rawPayload).metadata()).width);
    }
    const unknown: number[] = [];
    for (let i = 0; i < LIMIT + 2; i += 1)
      unknown.push((await ask(`/api/pictures/${'x'.repeat(43)}/${i}.avif`)).statusCode);
    t.same(unknown, [...Array<number>(LIMIT).fill(404), 429, 429]);
    t.equal((await ask('/api/products')).statusCode, 429, 'they are counted with all else');
    t.equal((await ask(urls[0]!)).statusCode, 200, 'a picture that is known to be there is shown');
    const fresh = urls[0]!.replace(/[^/]+$/, 'original');
    t.equal((await ask(fresh)).statusCode, 429, 'nothing is looked up for who asked too much');
    t.equal((await ask(fresh, '198.51.100.2')).statusCode, 200);
    t.equal((await ask(fresh)).statusCode, 200);
  });
