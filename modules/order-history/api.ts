/** The REST contract of `order-history`, for the pages: what its calls give. */
export type { OperatorOrder, Order as PastOrder, OrderPage } from './schemas.ts';
export type { Statistics } from './statistics.ts';
