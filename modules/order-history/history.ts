/**
 * What is known of an order: each fact as the events report it, nothing derived. Facts of different
 * kinds never touch each other, and of two of one kind the earlier stands, so whatever comes twice,
 * late or in another order leads to the same document.
 */
/** When it happened, in ms since the epoch, and by which event; both decide which one is earlier. */
export interface Fact {
  at: number;
  eventId: string;
}

export interface Item {
  productId: string;
  name: string;
  brand?: string;
  category?: string;
  quantity: number;
  /** In the smallest unit of the currency. */
  unitPrice: number;
}

export interface Placed extends Fact {
  userId: string;
  currency: string;
  /** How many decimals the smallest unit of the currency has; what an earlier Millrace published does not say. */
  decimals?: number;
  /** In the smallest unit of the currency. */
  totalAmount: number;
  items: Item[];
}

export interface Refund extends Fact {
  refundId: string;
  amount: number;
  /** All that was given back so far, this refund included. */
  refundedAmount: number;
  reason: string;
}

/** That a refund failed which had been done. */
export interface RefundFailure extends Fact {
  refundId: string;
  reason: string;
}

/** The facts that an order has at most one of, by the names that they have in its document. */
export interface Facts {
  placed?: Placed;
  accepted?: Fact;
  rejected?: Fact & { reason: string };
  paid?: Fact & { paymentId: string };
  paymentFailed?: Fact & { paymentId: string };
  cancelled?: Fact & { reason: string };
  refundRequested?: Fact & { reason: string };
  refunded?: Fact;
  /** What `payments` itself said. */
  processed?: Fact & { paymentId: string };
  declined?: Fact & { paymentId: string; reason?: string };
}

export interface HistoryDocument extends Facts {
  /** The order's id. */
  _id: string;
  /** In their order, each once. */
  refunds?: Refund[];
  refundFailures?: RefundFailure[];
}
