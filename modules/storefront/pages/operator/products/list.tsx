/** The table of products: searched, filtered, its prices and stocks edited where they stand. */
import type { LowStock, OperatorProduct, OperatorProductList } from '../../../../products/api.ts';
import { Table } from '../../components/table.tsx';
import { count, counted, currency } from '../../lib/format.ts';
import { ask } from '../call.ts';
import { Allowed, More, Part, usePages } from '../parts.tsx';
import { findProducts } from './calls.ts';
import { toRow } from './row.tsx';
import { asked, Tools } from './tools.tsx';

type ProductPage = OperatorProductList & { threshold?: number };

export function ProductTable() {
  const { search, show, sort } = asked.value;
  const list = usePages<OperatorProduct>(getPage, [search, show, sort]);
  const page = list.data as ProductPage | undefined;
  return (
    <>
      <Tools />
      <Allowed to="support">{null}</Allowed>
      <Part of={list}>
        {({ items }) => (
          <Table
            caption={captionOf(page)}
            columns={[
              'Product',
              { number: `Price, ${currency()}` },
              { number: 'In stock' },
              { number: 'Set aside' },
              { number: 'Sold' },
              'Shop',
            ]}
            rows={items.map((product) => toRow(product, list))}
            none={show === 'low' ? 'Enough of everything is left.' : 'No product fits.'}
          />
        )}
      </Part>
      <More of={list} />
    </>
  );
}

function getPage(cursor?: string): Promise<ProductPage> {
  const { search, show, sort } = asked.value;
  if (show === 'low')
    return ask<LowStock>('/products/low-stock?limit=500').then((low) => ({
      ...low,
      total: low.items.length,
      nextCursor: null,
    }));
  return findProducts({
    archived: show,
    ...(search.trim() && { search: search.trim() }),
    ...(sort && { sort }),
    ...(cursor && { cursor }),
  });
}

function captionOf(page: ProductPage | undefined): string {
  if (!page) return 'Products';
  const { total, threshold, correctedSearch } = page;
  if (threshold !== undefined) return `${count(threshold)} left or fewer: ${count(total)} products`;
  const corrected = correctedSearch === undefined ? '' : ` for “${correctedSearch}”`;
  return `${counted(total, 'product')}${corrected}`;
}
