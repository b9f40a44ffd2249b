/** A stream of a million entries is browsed without a pause over 300 ms, by time and by key, from either end. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { enter } from './operator.ts';
import type { Api } from './shop.ts';

const STREAM = 'PRODUCTS_STREAM';
const ENTRIES = 1_000_000;
const BATCH = 5000;
/** The longest pause that is promised, in ms, beyond what the machine itself delays whoever runs on it. */
const LONGEST_MS = 300;

/** The rare key is in the middle; entries are a millisecond apart. */
const FILL = `
for i = tonumber(ARGV[2]), tonumber(ARGV[3]) do
  local key = i == 500000 and 'rare' or 'p' .. i % 1000
  redis.call('XADD', KEYS[1], (ARGV[1] + i) .. '-0', 'type', 'product.noted', 'v', '1', 'key', key,
    'eventId', 'e' .. i, 'at', tostring(ARGV[1] + i), 'productId', key, 'text', 'what was noted of it')
end`;

async function fill({ redis, keyOf }: Api, from: number): Promise<void> {
  for (let i = 0; i < ENTRIES; i += BATCH)
    await redis.eval(FILL, 1, keyOf(STREAM), from, i, i + BATCH - 1);
}

interface Measured {
  tasks: number[];
  calls: number[];
}

/** The main thread's long tasks and the calls of the API since the last question, in ms. */
const measured = (page: Page) =>
  page.evaluate(() => {
    const all = (globalThis as unknown as { measured: Measured }).measured;
    const now = { tasks: all.tasks, calls: all.calls };
    Object.assign(all, { tasks: [], calls: [] });
    return now;
  });

test('a stream of a million entries is browsed without a pause over 300 ms', async ({
  page,
  startOwnShop,
  isMobile,
}, testInfo) => {
  test.skip(isMobile, 'once is enough');
  test.slow();
  const shop = await startOwnShop({ STREAM_MAX_LENGTH: '2000000' });
  const { api, adminToken: token } = shop;
  // What is browsed is the stream, not how fast groups skip a million entries, which are trimmed then.
  const groups = (await api.redis.xinfo('GROUPS', api.keyOf(STREAM))) as string[][];
  for (const [, group] of groups)
    await api.ask(`POST /api/admin/streams/${STREAM}/groups/${group}/pause`, { token });
  expect(groups.length).toBeGreaterThan(0);
  const from = Date.now() + 60_000;
  await fill(api, from);

  await page.addInitScript(() => {
    const all: Measured = { tasks: [], calls: [] };
    Object.assign(globalThis, { measured: all });
    new PerformanceObserver((list) =>
      all.tasks.push(...list.getEntries().map(({ duration }) => duration)),
    ).observe({ type: 'longtask' });
    new PerformanceObserver((list) =>
      all.calls.push(
        ...list
          .getEntries()
          .filter(({ name }) => name.includes('/entries?'))
          .map(({ duration }) => duration),
      ),
    ).observe({ type: 'resource' });
  });
  const delays = monitorEventLoopDelay({ resolution: 10 });
  delays.enable();
  await enter(page, shop);
  expect(await api.redis.xlen(api.keyOf(STREAM))).toBeGreaterThan(ENTRIES);
  await measured(page);
  const rows = page
    .getByRole('region', { name: /^Entries, / })
    .locator('tbody tr[data-key]:not(.below)');
  const show = async (what: string, query: Record<string, string>, count: number) => {
    const filters = encodeURIComponent(new URLSearchParams(query).toString());
    await page.evaluate((hash) => (location.hash = hash), `#streams/${STREAM}//${filters}`);
    await expect(rows).toHaveCount(count);
    await expect(page.getByText('One moment…')).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Stop' })).toHaveCount(0);
    await judge(what);
  };
  const judge = async (what: string) => {
    const { tasks, calls } = await measured(page);
    const [task, call] = [Math.max(0, ...tasks), Math.max(0, ...calls)];
    const delay = delays.max / 1e6;
    delays.reset();
    const figures = `${what}: ${calls.length} calls, the longest ${call.toFixed(0)} ms; longest task ${task.toFixed(0)} ms; delay of the machine ${delay.toFixed(0)} ms`;
    testInfo.annotations.push({ type: 'measured', description: figures });
    console.log(figures);
    expect(task, `${what}: the longest task, in ms`).toBeLessThan(LONGEST_MS + delay);
    expect(call, `${what}: the longest call, in ms`).toBeLessThan(LONGEST_MS + delay);
  };

  await show('the newest', {}, 50);
  await page.getByRole('button', { name: 'Next page' }).click();
  await expect(page.getByText('Page 2')).toBeVisible();
  await judge('the next page');
  await show('the oldest', { order: 'oldest' }, 50);
  const middle = { from: String(from + 500_000), to: String(from + 500_009) };
  await show('ten in the middle, by time', middle, 10);
  await show('a rare key', { key: 'rare' }, 1);
  await show('a frequent key', { key: 'p7' }, 50);
});
