/** The event stream of an order, as its customer hears it. */
import { openEventStream, type EventStream, type SentEvent } from '../../sent-events.ts';
import { as } from '../../session.ts';
import type { OrderBody } from '../../shop.ts';
import type { TestHost } from '../../support.ts';

interface Status {
  orderStatusCode: number;
  at: string;
  reason?: string;
  paymentId?: string;
}

export type SentStatus = SentEvent<Status>;

/** Where a host listens, which it does from the first call on. */
export async function urlOf(host: TestHost): Promise<string> {
  const [address] = host.app.addresses();
  return typeof address === 'object'
    ? `http://127.0.0.1:${address.port}`
    : host.app.listen({ port: 0 });
}

/** Opens the event stream of an order. */
export async function openEvents(
  host: TestHost,
  { orderId, userId }: Pick<OrderBody, 'orderId' | 'userId'>,
  headers: Record<string, string> = {},
): Promise<EventStream<Status>> {
  const url = `${await urlOf(host)}/api/orders/${orderId}/events`;
  return openEventStream(url, { ...as(host, userId), ...headers });
}
