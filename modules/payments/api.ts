/** The REST contract of `payments`, for the pages: what its calls give. */
export type { OperatorPayment, Payment, RefundShown } from './schemas.ts';
