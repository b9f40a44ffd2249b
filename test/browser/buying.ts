/** What tests of the cart and the checkout have in common: a full cart, a filled form, the order that came of it. */
import type { Page } from '@playwright/test';
import type { OrderBody } from '../shop.ts';
import type { Shop } from './shop.ts';

export interface Sold {
  productId: string;
  name: string;
  price: number;
  stockQty: number;
}

/** The order as its buyer sees it. */
export interface BoughtOrder extends OrderBody {
  orderAmount: number;
  itemsAmount: number;
  items: { productId: string; quantity: number }[];
  contact?: { email: string };
  delivery?: { method: string; price: number; address: Record<string, string> };
}

export const ADDRESS = {
  Email: 'ada@example.com',
  Name: 'Ada Lovelace',
  'Street and number': '1 Mill Lane',
  'Postal code': '10115',
  City: 'Berlin',
} as const;

/** Products of the shop that there are enough of, the longest name left out; `from` skips so many. */
export async function someProducts(shop: Shop, count: number, from = 0): Promise<Sold[]> {
  const { items } = await shop.api.ask<{ items: Sold[] }>('GET /api/products?limit=60');
  return items
    .filter(({ productId, stockQty }) => productId !== shop.longNamed && stockQty >= 10)
    .slice(from, from + count);
}

/** Puts products into the cart of the page's browser, and opens a path of the shop. */
export async function openWithCart(
  page: Page,
  path: string,
  cart: readonly { productId: string; quantity: number }[],
): Promise<void> {
  await page.goto('/cart');
  await setCart(page, cart);
  await page.goto(path);
}

/** Puts products into the cart of the page's browser, which the page is told as another tab would. */
export async function setCart(
  page: Page,
  cart: readonly { productId: string; quantity: number }[],
): Promise<void> {
  await page.evaluate((lines) => {
    localStorage.setItem('millrace.cart', JSON.stringify(lines));
    dispatchEvent(new StorageEvent('storage', { key: 'millrace.cart' }));
  }, cart);
}

/** Types the contact and the address. */
export async function typeAddress(page: Page): Promise<void> {
  for (const [label, text] of Object.entries(ADDRESS))
    await page.getByLabel(label, { exact: true }).fill(text);
  await page.getByLabel('Country').selectOption('DE');
}

/** The order whose page is open, or opens now. */
export async function boughtOrder(page: Page): Promise<BoughtOrder> {
  await page.waitForURL(/\/orders\/[0-9a-f]{24}/);
  return page.evaluate(async () => {
    const [, , orderId] = location.pathname.split('/');
    return (await fetch(`/api/orders/${orderId}`)).json() as Promise<BoughtOrder>;
  });
}

/** How many orders the page's visitor has placed. */
export async function countOrders(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const response = await fetch('/api/order-history');
    return ((await response.json()) as { items: unknown[] }).items.length;
  });
}
