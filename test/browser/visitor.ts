/** What a visitor's browser has done before a test looks: a session, an account, orders. */
import type { BrowserContext } from '@playwright/test';
import type { Order } from '../../modules/orders/api.ts';
import { eventually } from '../support.ts';
import type { Shop } from './shop.ts';

export const PASSWORD = 'Wheels turn by water 7';
export const ADDRESS = {
  name: 'Ada Lovelace',
  line1: '12 St James Square',
  city: 'London',
  postalCode: 'SW1Y 4JH',
  country: 'GB',
};

let accounts = 0;

export type Visitor = Awaited<ReturnType<typeof beginSession>>;

/** Begins a guest's session in a browser; what is called then is called in its name. */
export async function beginSession(context: BrowserContext, { url }: Shop) {
  let csrfToken = '';

  async function call<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    const response = await context.request.fetch(url + path, {
      method,
      headers: { 'x-csrf-token': csrfToken },
      ...(body !== undefined && { data: body }),
    });
    if (!response.ok()) throw new Error(`${method} ${path}: ${await response.text()}`);
    return (response.status() === 204 ? undefined : await response.json()) as Body;
  }

  ({ csrfToken } = await call<{ csrfToken: string }>('POST', '/api/sessions'));

  return {
    call,
    /** Makes an account of the session; gives its email. */
    async register(name?: string): Promise<string> {
      const email = `visitor-${process.pid}-${(accounts += 1)}@example.com`;
      const account = { email, password: PASSWORD, ...(name !== undefined && { name }) };
      ({ csrfToken } = await call<{ csrfToken: string }>('POST', '/api/accounts', account));
      return email;
    },
    /** Places an order that is delivered, of these quantities by product. */
    place(quantities: Record<string, number>): Promise<Order> {
      const items = Object.entries(quantities).map(([productId, quantity]) => ({
        productId,
        quantity,
      }));
      const contact = { email: 'ada@example.com' };
      const delivery = { method: 'standard', address: ADDRESS };
      return call('POST', '/api/orders', { items, contact, delivery });
    },
    /** An order, as soon as it has a status. */
    async when(orderId: string, status: number): Promise<Order> {
      return eventually(`order ${orderId} has status ${status}`, async () => {
        const order = await call<Order>('GET', `/api/orders/${orderId}`);
        return order.orderStatusCode === status && order;
      });
    },
    /** An order that the history has as paid. */
    async buy(quantities: Record<string, number>): Promise<Order> {
      const { orderId } = await this.place(quantities);
      const order = await this.when(orderId, 3);
      await eventually(`the history has order ${orderId} as paid`, async () => {
        const path = `/api/order-history/${orderId}`;
        const past = await call<{ orderStatusCode: number }>('GET', path).catch(() => undefined);
        return past?.orderStatusCode === 3;
      });
      return order;
    },
  };
}
