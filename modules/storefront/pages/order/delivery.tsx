/** Where an order goes, how, and whom the shop writes to about it. */
import type { Order } from '../../../orders/api.ts';
import { AddressLines } from '../components/address-fields.tsx';

/** Nothing of an order that is not delivered. */
export function Delivery({ order: { delivery, contact } }: { order: Order }) {
  if (!delivery && !contact) return null;
  return (
    <section class="panel" aria-labelledby="delivery">
      <h2 id="delivery">Delivery</h2>
      <dl class="facts">
        {delivery && (
          <>
            <dt>Method</dt>
            <dd dir="auto">{delivery.name}</dd>
          </>
        )}
        {delivery?.address && (
          <>
            <dt>To</dt>
            <dd>
              <AddressLines address={delivery.address} />
            </dd>
          </>
        )}
        {contact && (
          <>
            <dt>Contact</dt>
            <dd dir="auto">
              {contact.email}
              {contact.phone !== undefined && (
                <>
                  <br />
                  {contact.phone}
                </>
              )}
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}
