/** What the pages cost a phone: bytes, requests, and that nothing moves while they load. */
import { expect, test } from './fixtures.ts';

/** What a first load may take, without pictures. */
const MAX_BYTES = 60 * 1024;
const MAX_REQUESTS = 20;

for (const [name, path] of [
  ['the home page', '/'],
  ['the catalogue', '/products'],
  ['a product', '/products/1002'],
] as const)
  test(`the first load of a phone stays within its budget: ${name}`, async ({ page }) => {
    const client = await page.context().newCDPSession(page);
    await client.send('Network.enable');
    await client.send('Network.setCacheDisabled', { cacheDisabled: true });
    const pictures = new Set<string>();
    let bytes = 0;
    let requests = 0;
    client.on('Network.responseReceived', ({ requestId, type }) => {
      if (type === 'Image') pictures.add(requestId);
      else requests += 1;
    });
    client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      if (!pictures.has(requestId)) bytes += encodedDataLength;
    });
    await page.addInitScript(() => {
      new PerformanceObserver((list) => {
        const shifts = list.getEntries() as unknown as { value: number; hadRecentInput: boolean }[];
        const moved = shifts.reduce((sum, { value }) => sum + value, 0);
        document.documentElement.dataset['moved'] = String(
          Number(document.documentElement.dataset['moved'] ?? 0) + moved,
        );
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.goto(path, { waitUntil: 'networkidle' });
    expect(requests).toBeGreaterThan(2);
    expect(requests).toBeLessThanOrEqual(MAX_REQUESTS);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThanOrEqual(MAX_BYTES);
    const moved = await page.evaluate(() => document.documentElement.dataset['moved'] ?? '0');
    expect(Number(moved), 'cumulative layout shift').toBe(0);
  });
