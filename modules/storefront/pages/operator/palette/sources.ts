/** Where the operator's search looks: each source is a call of the API, and what its results lead to. */
import type { Customer } from '../../../../gateway/api.ts';
import type { ListedOrder } from '../../../../orders/api.ts';
import type { OperatorPayment } from '../../../../payments/api.ts';
import type { OperatorProduct } from '../../../../products/api.ts';
import { count, dateTime, money } from '../../lib/format.ts';
import { statusOf } from '../../lib/status.ts';
import { ask } from '../call.ts';
import { SECTIONS } from '../sections.tsx';

/** What is found: where it leads, and how it is told from others. */
export interface Result {
  href: string;
  title: string;
  detail: string;
}

export interface Source {
  name: string;
  /** Whether words may be the beginning of something that it knows. */
  fits: (words: string) => boolean;
  /** The few results that are most likely meant. */
  find: (words: string, signal: AbortSignal) => Promise<Result[]>;
}

/** Results of one source at most. */
const LIMIT = 5;

const to = (section: string, id: string) => `#${section}/${encodeURIComponent(id)}`;

const found = async <T>(
  path: string,
  query: Record<string, string>,
  signal: AbortSignal,
): Promise<T[]> => {
  const search = new URLSearchParams({ ...query, limit: String(LIMIT) });
  return (await ask<{ items: T[] }>(`${path}?${search}`, { signal })).items;
};

/** Sections by the beginning of a word of theirs; they are known without asking. */
export function findSections(words: string): Result[] {
  const wanted = ` ${words.toLowerCase()}`;
  return SECTIONS.filter(({ title }) => ` ${title.toLowerCase()}`.includes(wanted)).map(
    ({ name, title, group }) => ({ href: `#${name}`, title, detail: group }),
  );
}

/** In the order in which their results are shown. */
export const SOURCES: readonly Source[] = [
  {
    name: 'Orders',
    fits: () => true,
    find: async (search, signal) =>
      (await found<ListedOrder>('/orders', { search }, signal)).map((order) => ({
        href: to('orders', order.orderId),
        title: order.orderNumber,
        detail: [
          order.email ?? 'nothing is delivered',
          statusOf(order.orderStatusCode).name,
          money(order.orderAmount, order.currency, order.decimals),
          dateTime(order.createdAt),
        ].join(' · '),
      })),
  },
  {
    name: 'Payments',
    fits: (words) => /^[0-9a-f]{4,24}$/i.test(words),
    find: async (words, signal) =>
      (await found<OperatorPayment>('/payments', { search: words.toLowerCase() }, signal)).map(
        ({ paymentId, status, amount, currency, decimals, createdAt }) => ({
          href: to('payments', paymentId),
          title: paymentId,
          detail: [status, money(amount, currency, decimals), dateTime(createdAt)].join(' · '),
        }),
      ),
  },
  {
    name: 'Customers',
    fits: (words) => words.length > 1,
    find: async (email, signal) =>
      (await found<Customer>('/customers', { email }, signal)).map((customer) => ({
        href: to('customers', customer.userId),
        title: customer.email,
        detail: [customer.name ?? 'no name', `since ${dateTime(customer.createdAt)}`].join(' · '),
      })),
  },
  {
    name: 'Products',
    fits: () => true,
    find: async (search, signal) =>
      (await found<OperatorProduct>('/products', { search, archived: 'also' }, signal)).map(
        ({ productId, name, price, currency, decimals, stockQty }) => ({
          href: to('products', productId),
          title: name,
          detail: [
            `no. ${productId}`,
            money(price, currency, decimals),
            `${count(stockQty)} in stock`,
          ].join(' · '),
        }),
      ),
  },
];
