/** An order as MongoDB holds it. */
import type { Static } from 'typebox';
import type { OutboxDocument, OutboxRecord } from '#host';
import type { Address, Contact } from './events.ts';
import type { Replies } from './replies.ts';
import type { OrderStatusCode } from './states.ts';

export interface OrderItem {
  productId: string;
  name: string;
  brand?: string;
  category?: string;
  quantity: number;
  /** In the smallest unit of the currency, as it was when the order was placed. */
  unitPrice: number;
}

/** How an order is delivered, by what the shop said when it was placed. */
export interface Delivery {
  /** The id of the method. */
  method: string;
  name: string;
  /** In the smallest unit of the currency. */
  price: number;
  /** Gone where its customer is erased. */
  address?: Static<typeof Address>;
}

/** An event of an order's life, its own or another module's. */
export interface TimelineEntry {
  type: string;
  eventId: string;
  /** When it happened, in ms since the epoch, by the clock of whoever published it. */
  at: number;
  stream: string;
  /** Of our own events that say why. */
  reason?: string;
}

export interface OrderDocument extends OutboxDocument {
  /** The order's id. */
  _id: string;
  /** By which people speak of it, for the operator's search. A job gives it to orders of earlier versions. */
  number?: string;
  userId: string;
  /** The session that it comes from, and keyed hashes of its browser and address. Nobody is shown these. */
  origin?: { sessionId: string; browser: string; address: string };
  items: OrderItem[];
  /** Either with the delivery, or neither; gone where its customer is erased. */
  contact?: Static<typeof Contact>;
  delivery?: Delivery;
  /** Items and delivery, in the smallest unit of the currency. */
  totalAmount: number;
  currency: string;
  /** How many decimals the smallest unit had when the order was placed. */
  decimals: number;
  orderStatusCode: OrderStatusCode;
  /** Since when it has this status. */
  since: Date;
  answers: Replies;
  /** Every event of its life; its statuses follow from ours among them. */
  timeline: TimelineEntry[];
  /** Rises with every change; a write that was decided on an older revision does not happen. */
  revision: number;
  idempotency?: { key: string; request: string };
  /** The trace of the request that placed it; orders of an earlier Millrace do not say. */
  traceparent?: string;
  createdAt: Date;
  updatedAt: Date;
  outbox: OutboxRecord[];
}
