/** The REST contract of `orders`, for the pages: what its calls take and give. */
export type { DeliveryMethod, DeliveryMethods } from './delivery.ts';
export type {
  ListedOrder,
  OperatorOrder,
  OrdersPage,
  Waterfall,
  WaterfallEvent,
} from './admin/schemas.ts';
export type { Order, OrderRequest, TimelineItem } from './schemas.ts';
