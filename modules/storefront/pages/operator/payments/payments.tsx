/** Payments: the list of them by status, day and customer, and one of them whole. */
import { readFilters } from '../filters.tsx';
import type { SectionProps } from '../parts.tsx';
import { PaymentList } from './list.tsx';
import { OnePayment } from './one.tsx';

export function Payments({ rest }: SectionProps) {
  const filters = readFilters(rest);
  const [paymentId = ''] = rest;
  if (filters) return <PaymentList filters={filters} />;
  return <OnePayment key={paymentId} paymentId={paymentId} />;
}
