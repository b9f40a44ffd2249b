/** Payments as they stand, the newest first. */
import type { OperatorPayment } from '../../../../payments/api.ts';
import { Choice } from '../../components/checked-fields.tsx';
import { Table } from '../../components/table.tsx';
import { dateTime, money } from '../../lib/format.ts';
import { ask } from '../call.ts';
import { More, Part, usePages, type ItemPage, type SectionProps } from '../parts.tsx';
import { OnePayment } from './payment.tsx';

const STATUSES: readonly OperatorPayment['status'][] = [
  'initiated',
  'pending',
  'authorised',
  'processed',
  'failed',
  'cancelled',
];

const OPTIONS = [{ value: '', text: 'All' }, ...STATUSES.map((value) => ({ value }))];
const COLUMNS = ['Payment', 'Status', { number: 'Amount' }, { number: 'Given back' }, 'Begun'];

export function Payments({ rest: [first = ''] }: SectionProps) {
  // `#payments/failed` is the list of those, `#payments/<paymentId>` one of all.
  const isList = OPTIONS.some(({ value }) => value === first);
  const [chosen, paymentId] = isList ? [first] : ['', first];
  const list = usePages((cursor) => getPage(chosen, cursor), [chosen]);
  return (
    <>
      {paymentId && <OnePayment key={paymentId} paymentId={paymentId} onChange={list.reload} />}
      <div class="tools">
        <Choice label="Status" options={OPTIONS} chosen={chosen} onChange={choose} />
      </div>
      <Part of={list}>
        {({ items }) => (
          <Table caption="Payments, the newest first" columns={COLUMNS} rows={items.map(toRow)} />
        )}
      </Part>
      <More of={list} />
    </>
  );
}

function choose(status: string): void {
  location.hash = `#payments/${status}`;
}

function getPage(status: string, cursor?: string): Promise<ItemPage<OperatorPayment>> {
  const query = new URLSearchParams({ ...(status && { status }), ...(cursor && { cursor }) });
  return ask(`/payments?${query}`);
}

function toRow(payment: OperatorPayment) {
  const { paymentId, status, amount, currency, decimals, refundedAmount, createdAt } = payment;
  const mood = status === 'processed' ? 'good' : status === 'failed' ? 'bad' : 'plain';
  return {
    key: paymentId,
    cells: [
      <a href={`#payments/${paymentId}`}>{paymentId}</a>,
      <span class={`pill pill-${mood}`}>{status}</span>,
      money(amount, currency, decimals),
      refundedAmount > 0 ? money(refundedAmount, currency, decimals) : '–',
      dateTime(createdAt),
    ],
  };
}
