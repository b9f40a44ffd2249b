/** The REST contract of `orders`, for the pages: what its calls take and give. */
export type { DeliveryMethod, DeliveryMethods } from './delivery.ts';
export type { Order, OperatorTimelineItem, OrderRequest } from './schemas.ts';
export type { FoundOrder } from './search.ts';
