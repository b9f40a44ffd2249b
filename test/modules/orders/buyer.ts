/** A buyer who has an order delivered. */
import type { Static } from 'typebox';
import type { ContactRequest, DeliveryRequest } from '../../../modules/orders/delivery.ts';
import type { OrderBody } from '../../shop.ts';

export const CONTACT: Static<typeof ContactRequest> = {
  email: 'ann.miller@example.com',
  phone: '+49 731 5550142',
};

export const DELIVERY: Static<typeof DeliveryRequest> = {
  method: 'standard',
  address: {
    name: 'Ann Miller',
    line1: '1 Mill Lane',
    city: 'Ulm',
    postalCode: '89073',
    country: 'DE',
  },
};

/** What nobody but the buyer and the shop is to read of it. */
export const PRIVATE = ['ann.miller@', '5550142', 'Ann Miller', '1 Mill Lane', '89073'];

/** The body of an order of pieces of products that is delivered. */
export const delivered = (pieces: Record<string, number>, delivery: object = DELIVERY) => ({
  items: Object.entries(pieces).map(([productId, quantity]) => ({ productId, quantity })),
  contact: CONTACT,
  delivery,
});

/** What an order says besides. */
export interface DeliveredBody extends OrderBody {
  orderNumber: string;
  itemsAmount: number;
  contact?: object;
  delivery?: { method: string; name: string; price: number; address?: object };
}
