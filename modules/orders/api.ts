/** The REST contract of `orders`, for the pages: what its calls give. */
export type { Order, OperatorTimelineItem } from './schemas.ts';
