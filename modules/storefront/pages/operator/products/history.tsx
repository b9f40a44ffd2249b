/** What was changed of a product, the latest first. */
import type { OperatorProduct, ProductHistory } from '../../../../products/api.ts';
import { Table } from '../../components/table.tsx';
import { dateTime, money } from '../../lib/format.ts';

type Entry = ProductHistory['items'][number];
type Change = Entry['changes'][number];

const WHAT: Record<Entry['what'], string> = {
  created: 'Created',
  changed: 'Changed',
  imported: 'Imported',
  archived: 'Archived',
  restored: 'Brought back',
  picture: 'Picture',
  stock: 'Stock',
};

const FIELDS: Record<string, string> = {
  variantName: 'variant',
  subCategory: 'sub-category',
  displayCategories: 'shelves',
  ageGroup: 'age group',
  colors: 'colours',
  pictureAlt: 'what the picture shows',
  stockQty: 'in stock',
};

export function History({
  items,
  product,
}: {
  items: readonly Entry[];
  product: OperatorProduct | undefined;
}) {
  const rows = items.map(({ at, by, what, changes, reason }, i) => ({
    // Entries are only ever added in front.
    key: String(items.length - i),
    cells: [
      <time dateTime={at}>{dateTime(at)}</time>,
      WHAT[what],
      <Changes what={what} changes={changes} product={product} reason={reason} />,
      by ?? 'Command line',
    ],
  }));
  return <Table caption="History" columns={['When', 'What', 'Change', 'By']} rows={rows} />;
}

function Changes({
  what,
  changes,
  product,
  reason,
}: {
  what: Entry['what'];
  changes: readonly Change[];
  product: OperatorProduct | undefined;
  reason: string | undefined;
}) {
  if (what === 'picture') return <>{pictureWords(changes[0])}</>;
  if (what === 'archived' || what === 'restored') return <>–</>;
  return (
    <div>
      {changes.length === 0 && '–'}
      {changes.map(({ field, before, after }) => (
        <span key={field} class="change">
          {FIELDS[field] ?? field}:{' '}
          {field === 'description' ? (
            'another text'
          ) : (
            <>
              <del>{textOf(field, before, product)}</del> →{' '}
              <ins>{textOf(field, after, product)}</ins>
            </>
          )}
        </span>
      ))}
      {reason !== undefined && <small class="fine">{reason}</small>}
    </div>
  );
}

function pictureWords(change: Change | undefined): string {
  if (!change) return '–';
  if (change.after === null) return 'taken away';
  return change.before === null ? 'added' : 'another one';
}

function textOf(
  field: string,
  value: Change['before'],
  product: OperatorProduct | undefined,
): string {
  if (field === 'price' && typeof value === 'number')
    return money(value, product?.currency, product?.decimals);
  return value === null || value === '' ? 'none' : String(value);
}
