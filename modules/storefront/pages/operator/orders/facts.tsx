/** Who placed an order, where it goes, and by what it is found in logs. */
import type { ComponentChildren } from 'preact';
import type { OperatorOrder } from '../../../../orders/api.ts';
import { dateTime } from '../../lib/format.ts';

export function Facts({ order }: { order: OperatorOrder }) {
  const { userId, contact, delivery, traceparent, idempotencyKey, revision } = order;
  const { cancellable, cancellableUntil } = order;
  const address = delivery?.address;
  const lines = address && [
    address.name,
    address.line1,
    address.line2,
    [address.postalCode, address.city].join(' '),
    address.region,
    address.country,
  ];
  const until = cancellableUntil === undefined ? '' : ` until ${dateTime(cancellableUntil)}`;
  return (
    <dl class="facts">
      <Fact name="Customer">
        <a href={`#customers/${encodeURIComponent(userId)}`}>{userId}</a>
      </Fact>
      {contact && (
        <Fact name="Contact">
          {contact.email}
          {contact.phone && <br />}
          {contact.phone}
        </Fact>
      )}
      {delivery && (
        <Fact name="Goes to">
          {lines ? (
            <address>{lines.filter(Boolean).map((line) => [line, <br />])}</address>
          ) : (
            'Its customer was erased'
          )}
        </Fact>
      )}
      <Fact name="Can be cancelled">{cancellable ? `Yes${until}` : 'No'}</Fact>
      {traceparent !== undefined && (
        <Fact name="Trace">
          <code>{traceparent.split('-')[1]}</code>
        </Fact>
      )}
      {idempotencyKey !== undefined && (
        <Fact name="Idempotency key">
          <code>{idempotencyKey}</code>
        </Fact>
      )}
      <Fact name="Revision">{revision}</Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd dir="auto">{children}</dd>
    </div>
  );
}
