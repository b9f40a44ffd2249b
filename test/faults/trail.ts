/** The trail of an order: everything that is written down about it, in one text. */
import type { Entry } from './fields.ts';
import type { Ledger } from './ledger.ts';

/** Gives the trail as lines, the oldest entry of a stream first. */
export function trailOf(ledger: Ledger, orderId: string): string {
  const { orders, paymentsOf, reservations, streams, letters, purchases } = ledger;
  const purchase = purchases.find(({ orderIds }) => orderIds.has(orderId));
  const lines = [
    `purchase     ${purchase ? `${purchase.key}, ${purchase.requests} requests` : 'no answer'}`,
    `order        ${JSON.stringify(orders.get(orderId) ?? null)}`,
    `payments     ${JSON.stringify(paymentsOf.get(orderId) ?? [])}`,
    `history      ${JSON.stringify(ledger.history.get(orderId) ?? null)}`,
    `score        ${JSON.stringify(ledger.scores.get(orderId) ?? null)}`,
    `reservation  ${JSON.stringify(reservations.get(orderId) ?? null)}`,
  ];
  for (const [stream, entries] of streams) {
    const own = entries.filter(({ fields }) => fields['orderId'] === orderId);
    lines.push(`${stream} (${entries.length} entries from ${entries[0]?.id ?? 'none'})`);
    lines.push(...own.map(describe));
  }
  for (const { group, originId, fields, error } of letters)
    if (fields['orderId'] === orderId) lines.push(`dead letter  ${group} ${originId}: ${error}`);
  return lines.map((line) => `    ${line}`).join('\n');
}

function describe({ id, fields }: Entry): string {
  const { type = 'no type', eventId = '', at, again, paymentId = '' } = fields;
  const when = new Date(Number(at)).toISOString();
  return `  ${id} ${type} of ${when}, event ${eventId}${again ? ', again' : ''} ${paymentId}`;
}
