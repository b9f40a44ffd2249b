/** Paying by Stripe: its element is on a page of its own, and nothing of it anywhere else. */
import { SECRET_KEY, startStripe, type FakeStripe } from '../modules/payments/fake-stripe.ts';
import { createScope } from '../servers.ts';
import { boughtOrder, someProducts, typeAddress } from './buying.ts';
import { checkAccessibility, checkNoOverflow } from './checks.ts';
import { expect, test as base } from './fixtures.ts';

/**
 * A fake of Stripe.js: a field for the card, of which those that end with 0002 are declined, as Stripe's
 * test cards are.
 */
const STRIPE_JS = `
  window.Stripe = (key) => ({
    elements({ clientSecret }) {
      let input;
      return {
        clientSecret,
        card: () => input.value,
        create: () => ({
          mount(place) {
            input = document.createElement('input');
            input.setAttribute('aria-label', 'Card number of ' + key);
            place.append(input);
          },
          destroy() { input.remove(); },
        }),
      };
    },
    async confirmPayment({ elements, confirmParams }) {
      if (elements.card().endsWith('0002')) return { error: { message: 'Your card was declined.' } };
      await window.confirmAtStripe(elements.clientSecret);
      location.assign(confirmParams.return_url + '?redirect_status=succeeded');
      return new Promise(() => {});
    },
  });
`;

const test = base.extend<{ stripe: FakeStripe }>({
  stripe: async ({}, use) => {
    const scope = createScope();
    await use(await startStripe(scope));
    await scope.end();
  },
});

test("Stripe's element is shown on its page only, and a declined card can be tried again", async ({
  page,
  stripe,
  startOwnShop,
}) => {
  const shop = await startOwnShop({
    PAYMENTS_PROVIDER: 'stripe',
    STRIPE_SECRET_KEY: SECRET_KEY,
    STRIPE_WEBHOOK_SECRET: 'whsec_of_the_stand_in',
    STRIPE_API_URL: stripe.url,
    STRIPE_PUBLISHABLE_KEY: 'pk_test_of_the_stand_in',
    CURRENCY: 'EUR',
    CURRENCY_DECIMALS: '2',
  });
  const loaded: string[] = [];
  await page.route('https://js.stripe.com/**', async (route) => {
    loaded.push(page.url());
    await route.fulfill({ contentType: 'text/javascript', body: STRIPE_JS });
  });
  await page.exposeFunction('confirmAtStripe', (clientSecret: string) => {
    const intent = stripe.intents.find((one) => one.client_secret === clientSecret);
    stripe.confirm(intent?.metadata['orderId'] ?? '');
  });

  const [first] = await someProducts(shop, 1);
  const cart = await page.goto(`${shop.url}/cart`);
  expect(cart?.headers()['content-security-policy']).not.toContain('stripe');
  await page.evaluate((line) => localStorage.setItem('millrace.cart', JSON.stringify([line])), {
    productId: first!.productId,
    quantity: 1,
  });
  const checkout = await page.goto(`${shop.url}/checkout`);
  expect(checkout?.headers()['content-security-policy']).not.toContain('stripe');
  await typeAddress(page);
  await page.getByRole('button', { name: 'Place the order' }).click();
  await page.waitForURL(/\/orders\/[0-9a-f]{24}\/pay$/);
  const card = page.getByLabel('Card number of pk_test_of_the_stand_in');
  await card.fill('4000 0000 0000 0002');
  await page.getByRole('button', { name: /^Pay €/ }).click();
  await expect(page.getByText('Your card was declined.')).toBeVisible();
  await checkNoOverflow(page);

  // What was begun outlives a reload.
  const again = await page.reload();
  const policy = again?.headers()['content-security-policy'];
  expect(policy).toContain("script-src 'self' https://js.stripe.com");
  expect(policy).toContain("default-src 'self'");
  await card.fill('4242 4242 4242 4242');
  await checkAccessibility(page);
  await page.getByRole('button', { name: /^Pay €/ }).click();
  await page.waitForURL(/\/orders\/[0-9a-f]{24}\?redirect_status=succeeded$/);
  await expect.poll(async () => (await boughtOrder(page)).orderStatusCode).toBe(3);
  expect(loaded.every((url) => url.endsWith('/pay'))).toBe(true);
  expect(stripe.intents.length).toBe(1);
  // The order's page listens to the shop, which ends now.
  await page.goto('about:blank');
});
