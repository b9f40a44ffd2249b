/** The REST contract of `payments`, for the pages: what its calls give. */
export type { OperatorPayment, Payment, Provider, RefundShown } from './schemas.ts';
