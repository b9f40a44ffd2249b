/** Orders as those see them who have placed them: the list, the page of one, and what can be done about it. */
import type { Page } from '@playwright/test';
import { someProducts } from './buying.ts';
import { checkAccessibility, checkNoOverflow } from './checks.ts';
import { expect, test } from './fixtures.ts';
import { beginSession } from './visitor.ts';

/** Ends what the page hears of its order, before the test's own shop ends. */
const leave = (page: Page) => page.goto('about:blank');

test('orders are listed newest first, with more when they are asked for', async ({
  page,
  context,
  shop,
}) => {
  const visitor = await beginSession(context, shop);
  const [product] = await someProducts(shop, 1);
  const numbers: string[] = [];
  for (let i = 0; i < 11; i++) {
    const { orderNumber } = await visitor.buy({ [product!.productId]: 1 });
    numbers.unshift(`Order ${orderNumber}`);
  }
  await page.goto('/orders');
  const listed = page.locator('.order-list strong:not(.amount)');
  await expect(listed).toHaveText(numbers.slice(0, 10));
  await expect(page.locator('.order-list .pill').first()).toHaveText('Paid');
  await expect(page.getByText(product!.name).first()).toBeVisible();
  await expect(page.getByText('You are here as a guest')).toBeVisible();

  await page.getByRole('button', { name: 'Show more' }).click();
  await expect(listed).toHaveText(numbers);
  await expect(page.locator('.order-list a').last()).toBeFocused();
  await expect(page.getByRole('button', { name: 'Show more' })).toHaveCount(0);
  await checkAccessibility(page);
  await checkNoOverflow(page);
});

test('who has ordered nothing is shown the way to the shop', async ({ page }) => {
  await page.goto('/orders');
  await expect(page.getByText('Nothing ordered yet')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Sign in' })).toHaveAttribute(
    'href',
    '/account?return=%2Forders',
  );
  await checkAccessibility(page);
  await checkNoOverflow(page);
});

test('two browsers never see each other’s orders', async ({
  page,
  context,
  shop,
  openVisitor,
  expectProblem,
}) => {
  const [one, two] = await someProducts(shop, 2);
  const mine = await (await beginSession(context, shop)).buy({ [one!.productId]: 1 });
  const other = await openVisitor();
  const theirs = await (await beginSession(other, shop)).buy({ [two!.productId]: 1 });
  const theirPage = await other.newPage();

  await page.goto('/orders');
  await expect(page.locator('.order-list a')).toHaveAttribute('href', `/orders/${mine.orderId}`);
  await theirPage.goto(`${shop.url}/orders`);
  await expect(theirPage.locator('.order-list a')).toHaveAttribute(
    'href',
    `/orders/${theirs.orderId}`,
  );

  expectProblem(/^404 GET .*\/api\/orders\//);
  await page.goto(`/orders/${theirs.orderId}`);
  await theirPage.goto(`${shop.url}/orders/${mine.orderId}`);
  for (const stranger of [page, theirPage]) {
    await expect(stranger.getByText('This order is not yours, or not there')).toBeVisible();
    await expect(stranger.locator('.bill')).toHaveCount(0);
  }
  await checkAccessibility(page);
  await checkNoOverflow(page);
});

test('an order of somebody without a session says so in words, and leads to signing in and back', async ({
  page,
}) => {
  await page.goto('/orders/no-such-order');
  await expect(page.getByText('This order is not yours, or not there')).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
  await expect(page).toHaveURL('/account?return=%2Forders%2Fno-such-order');
});

test('the order page shows what was ordered, where it goes, and what it costs', async ({
  page,
  context,
  shop,
}) => {
  const visitor = await beginSession(context, shop);
  const [one, two] = await someProducts(shop, 2);
  const order = await visitor.buy({ [one!.productId]: 2, [two!.productId]: 1 });
  await page.goto(`/orders/${order.orderId}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Order ${order.orderNumber}`);
  await expect(page.locator('.status')).toContainText('Your payment has arrived');
  await expect(page.locator('.step-done')).toHaveCount(3);
  for (const { productId, name } of [one!, two!])
    await expect(page.getByRole('link', { name })).toHaveAttribute(
      'href',
      `/products/${productId}`,
    );
  await expect(page.locator('.bill img')).toHaveCount(2);
  await expect(page.getByRole('region', { name: 'Delivery' })).toContainText('12 St James Square');
  await expect(page.getByRole('region', { name: 'Delivery' })).toContainText('ada@example.com');
  await checkAccessibility(page);
  await checkNoOverflow(page);
});

test('the order page follows its order to paid without a reload, over a restart of the shop', async ({
  page,
  context,
  startOwnShop,
  expectProblem,
}) => {
  test.slow();
  const without = 'gateway,products,orders,order-history,digital-identity,storefront';
  const shop = await startOwnShop({ MODULES: without });
  const visitor = await beginSession(context, shop);
  const [product] = await someProducts(shop, 1);
  const { orderId } = await visitor.place({ [product!.productId]: 1 });
  // Who takes payments is not to be had while nobody does.
  expectProblem(/^50[23] GET .*\/api\/payments\/provider$/);
  await page.goto(`${shop.url}/orders/${orderId}`);
  await expect(page.locator('.status-name')).toHaveText('Waiting for payment');
  await expect(page.getByText('This page updates by itself.')).toBeVisible();
  await page.evaluate(() => void (document.body.dataset['mark'] = 'the same page'));

  expectProblem(/^net::ERR_/);
  // Where the shop is back before the page asks again, nothing fails.
  const refused = page.waitForEvent('requestfailed', (request) =>
    Boolean(request.failure()?.errorText.startsWith('net::ERR_CONNECTION')),
  );
  await shop.stop();
  await expect(page.getByText('The connection is lost')).toBeVisible();
  await refused;
  await shop.start({ MODULES: '' });
  await expect(page.locator('.status-name')).toHaveText('Paid', { timeout: 60_000 });
  await expect(page.locator('body')).toHaveAttribute('data-mark', 'the same page');
  await leave(page);
});

test('an order is cancelled after a question, and its page says so', async ({
  page,
  context,
  shop,
}) => {
  const visitor = await beginSession(context, shop);
  const [product] = await someProducts(shop, 1);
  const { orderId } = await visitor.buy({ [product!.productId]: 1 });
  await page.goto(`/orders/${orderId}`);
  await page.getByRole('button', { name: 'Cancel the order' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'No, go back' }).click();
  await expect(page.locator('.status-name')).toHaveText('Paid');
  await page.getByRole('button', { name: 'Cancel the order' }).click();
  await checkAccessibility(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the order' }).click();
  await expect(page.locator('.status-name')).toHaveText('Refunded');
  await expect(page.getByText('Paid and given back')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Cancel the order' })).toHaveCount(0);
});

test('cancel is not offered when it is too late', async ({
  page,
  context,
  startOwnShop,
  expectProblem,
}) => {
  test.slow();
  const shop = await startOwnShop({ ORDER_CANCEL_WITHIN_MS: '15000' });
  const visitor = await beginSession(context, shop);
  const [product] = await someProducts(shop, 1);
  const { orderId } = await visitor.place({ [product!.productId]: 1 });
  await visitor.when(orderId, 3);
  await page.goto(`${shop.url}/orders/${orderId}`);
  const button = page.getByRole('main').locator('#cancel');
  await button.click();
  // The time is over while the question is asked.
  await expect(button).toHaveCount(0, { timeout: 30_000 });
  expectProblem(/^409 POST .*\/cancel$/);
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the order' }).click();
  await expect(page.getByText('Sorry, it is too late to cancel this order.')).toBeVisible();
  await expect(page.locator('.status-name')).toHaveText('Paid');

  await page.reload();
  await expect(page.locator('.status-name')).toHaveText('Paid');
  await expect(button).toHaveCount(0);
  await leave(page);
});

test('order again fills the cart and says what cannot be had', async ({ page, context, shop }) => {
  const visitor = await beginSession(context, shop);
  const [one, two, three] = (await someProducts(shop, 12)).slice(-3);
  const { orderId } = await visitor.buy({
    [one!.productId]: 2,
    [two!.productId]: 2,
    [three!.productId]: 1,
  });
  await shop.api.setStock(two!.productId, 1);
  await shop.api.setStock(three!.productId, 0);
  await page.goto(`/orders/${orderId}`);
  const said = page.locator('.again');
  await expect(async () => {
    // What can be ordered is known to the catalogue a moment later.
    await page.evaluate(() => localStorage.clear());
    await page.reload();
    await page.getByRole('button', { name: 'Order again' }).click();
    await expect(said).toContainText('3 pieces are in your cart.', { timeout: 2000 });
  }).toPass();
  await expect(said).toContainText(`${two!.name}: only 1 left`);
  await expect(said).toContainText(`${three!.name}: sold out`);
  await expect(page.locator('#cart-count')).toHaveText('3');
  await checkAccessibility(page);
  await checkNoOverflow(page);
});

test('the technical trail is behind Details', async ({ page, context, shop }) => {
  const visitor = await beginSession(context, shop);
  const [product] = await someProducts(shop, 1);
  const { orderId } = await visitor.buy({ [product!.productId]: 1 });
  await page.goto(`/orders/${orderId}`);
  const main = page.getByRole('main');
  await expect(main.getByText('Details')).toBeVisible();
  await expect(main.getByText(orderId)).toBeHidden();
  await expect(main.getByText('order.placed')).toHaveCount(0);
  await main.getByText('Details').click();
  await expect(main.getByText(orderId)).toBeVisible();
  await expect(main.getByText('order.paid')).toBeVisible();
  await checkAccessibility(page);
  await checkNoOverflow(page);
});

test('a receipt is printable', async ({ page, context, shop }) => {
  const visitor = await beginSession(context, shop);
  const [product] = await someProducts(shop, 1);
  const order = await visitor.buy({ [product!.productId]: 1 });
  await page.goto(`/orders/${order.orderId}`);
  await expect(page.getByRole('button', { name: 'Print the receipt' })).toBeVisible();
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  const main = page.getByRole('main');
  for (const text of [
    `Order ${order.orderNumber}`,
    'Placed on',
    'Receipt. Sold by Millrace',
    product!.name,
    'Delivery, Standard',
    'Total',
    `Payment no. ${order.paymentId}`,
  ])
    await expect(main.getByText(text)).toBeVisible();
  for (const hidden of ['.site-header', '.site-footer', '.follow', '.trail', '.bill img'])
    await expect(page.locator(hidden).first()).toBeHidden();
  await expect(page.locator('body')).toHaveCSS('color', 'rgb(29, 39, 44)');
});
