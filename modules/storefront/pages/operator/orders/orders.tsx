/** Orders: the list of them by status, day and customer, and one of them whole. */
import { readFilters } from '../filters.tsx';
import type { SectionProps } from '../parts.tsx';
import { OrderList } from './list.tsx';
import { OneOrder } from './one.tsx';

export function Orders({ rest }: SectionProps) {
  const filters = readFilters(rest);
  const [orderId = ''] = rest;
  return filters ? <OrderList filters={filters} /> : <OneOrder key={orderId} orderId={orderId} />;
}
