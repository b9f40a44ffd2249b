/** What watches over pages sees what it should, and a test can do with a shop what it must. */
import { checkAccessibility, checkNoOverflow } from './checks.ts';
import { expect, test } from './fixtures.ts';

test('what goes wrong in a page is a problem of the test', async ({ page, expectProblem }) => {
  expectProblem(/^console: on purpose/);
  expectProblem(/^uncaught: Error: thrown/);
  expectProblem(/^404 GET .*\/api\/none$/);
  expectProblem(/^net::ERR_\w+ GET .*\/broken$/);
  expectProblem(
    /^(?:console: )?(?:refused by the policy: script-src-elem inline|.*Content Security Policy)/,
  );
  await page.route('**/broken', (route) => route.abort('connectionreset'));
  await page.goto('/');
  await page.evaluate(async () => {
    console.error('on purpose');
    setTimeout(() => {
      throw new Error('thrown');
    });
    const script = document.createElement('script');
    script.textContent = 'document.title = "inline"';
    document.body.append(script);
    await Promise.allSettled([fetch('/api/none'), fetch('/broken')]);
  });
});

test.fail('a problem that was not announced fails the test', async ({ page }) => {
  await page.goto('/');
  await page.evaluate(() => fetch('/api/none'));
});

test.fail(
  'a problem that was announced and does not come fails it, too',
  async ({ page, expectProblem }) => {
    expectProblem(/^404 GET /);
    await page.goto('/');
  },
);

test('a page that some cannot read, and one that is too wide, are found', async ({ page }) => {
  await page.goto('/');
  await page.evaluate(() => document.body.append(document.createElement('img')));
  await expect(checkAccessibility(page)).rejects.toThrow('image-alt');
  await page.evaluate(() => {
    const wide = document.createElement('div');
    wide.style.width = '321px';
    wide.textContent = 'wide';
    document.body.append(wide);
  });
  await expect(checkNoOverflow(page)).rejects.toThrow('<div style="width: 321px;">');
});

test('a shop of a test is filled, killed, and started again where it was', async ({
  page,
  startOwnShop,
  expectProblem,
}) => {
  const { url, api, stop, start } = await startOwnShop({ SAMPLE_CATALOGUE: 'off' });
  await api.importProducts([{ productId: 'a', stockQty: 1 }, { productId: 'b' }]);
  await api.setStock('a', 3);
  const { token } = await api.startSession();
  const { orderId, orderStatusCode } = await api.placeOrder(token, { a: 3, b: 1 });
  expect(orderStatusCode).toBe(3);
  await page.goto(url);
  await expect(page.getByText('Product b')).toBeVisible();

  await stop('SIGKILL');
  expectProblem(/^net::ERR_CONNECTION_REFUSED GET .*\/healthz$/);
  expect(await page.evaluate(() => fetch('/healthz').catch(() => 'refused'))).toBe('refused');

  await start();
  expect(await page.evaluate(async () => (await fetch('/healthz')).status)).toBe(200);
  expect(await api.ask(`GET /api/orders/${orderId}`, { token })).toMatchObject({ orderId });
  await stop();
});

test('another visitor has a session of their own, and is watched as well', async ({
  page,
  openVisitor,
  expectProblem,
}) => {
  const visitor = await openVisitor();
  const theirs = await visitor.newPage();
  await Promise.all([page.goto('/'), theirs.goto('/')]);
  expectProblem(/^404 GET .*\/api\/none$/);
  await theirs.evaluate(() => fetch('/api/none'));
  await page.request.post('/api/sessions');
  expect(await page.context().cookies()).not.toEqual([]);
  expect(await visitor.cookies()).toEqual([]);
});
