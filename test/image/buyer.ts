/** A buyer at a shop that is reached by HTTP alone. */
import { eventually } from '../support.ts';

/** How long a payment may take, in ms. */
const PAID_MS = 120_000;
const PAID = 3;

/** The headers of a session. */
export type Visitor = Record<string, string>;

interface Order {
  orderId: string;
  orderStatusCode: number;
  orderAmount: number;
  paymentId: string;
}

/** Begins a guest's session. */
export async function visit(url: string): Promise<Visitor> {
  const { token } = await ask<{ token: string }>(`${url}/api/sessions`, { method: 'POST' });
  return { authorization: `Bearer ${token}` };
}

/** Buys a product of the catalogue, and gives the order when it is paid. */
export async function buy(url: string, visitor: Visitor): Promise<Order> {
  // The catalogue may have reached `products`, and not yet `orders`.
  const placed = await eventually(
    'an order is taken',
    async () => {
      const { items } = await ask<{ items: { productId: string }[] }>(
        `${url}/api/products?limit=1`,
      );
      const [product] = items;
      if (!product) return undefined;
      return ask<Order>(`${url}/api/orders`, {
        method: 'POST',
        headers: { ...visitor, 'content-type': 'application/json' },
        body: JSON.stringify({ items: [{ productId: product.productId, quantity: 1 }] }),
      }).catch(() => undefined);
    },
    PAID_MS,
  );
  return eventually(
    'the order is paid',
    async () => {
      const order = await orderOf(url, visitor, placed.orderId);
      return order.orderStatusCode === PAID && order;
    },
    PAID_MS,
  );
}

/** An order, as its owner sees it. */
export function orderOf(url: string, visitor: Visitor, orderId: string): Promise<Order> {
  return ask<Order>(`${url}/api/orders/${orderId}`, { headers: visitor });
}

async function ask<Answer>(url: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  const body = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${body}`);
  return JSON.parse(body) as Answer;
}
