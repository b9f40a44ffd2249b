/** Products of which little is left, and changing the price or the stock of one. */
import type { LowStock, OperatorProduct, StockChanged } from '../../../../products/api.ts';
import { CheckedField } from '../../components/checked-fields.tsx';
import { CheckedForm } from '../../components/checked-form.tsx';
import { Figures, Table } from '../../components/table.tsx';
import { count, currency, fieldStep, fromField, money } from '../../lib/format.ts';
import { useLoaded } from '../../lib/loaded.ts';
import { ask, postOnce } from '../call.ts';
import { Part, type SectionProps } from '../parts.tsx';

const COLUMNS = ['Product', { number: 'In stock' }, { number: 'Set aside' }, { number: 'Sold' }];

const hashOf = (productId: string) => `#products/${encodeURIComponent(productId)}`;

export function Stock({ rest: [productId] }: SectionProps) {
  const low = useLoaded(() => ask<LowStock>('/products/low-stock'), []);
  return (
    <>
      <CheckedForm class="tools" action="Show" run={show}>
        <CheckedField
          name="productId"
          label="Product no."
          required
          defaultValue={productId ?? ''}
        />
      </CheckedForm>
      {productId && <Editor key={productId} productId={productId} onChange={low.reload} />}
      <Part of={low}>
        {({ threshold, items }) => (
          <Table
            caption={`${count(threshold)} left or fewer`}
            columns={COLUMNS}
            rows={items.map(toRow)}
            none="Enough of everything is left."
          />
        )}
      </Part>
    </>
  );
}

async function show({ productId = '' }: Record<string, string>) {
  location.hash = hashOf(productId);
  return undefined;
}

function toRow({ productId, name, stockQty, reservedQty, soldQty }: LowStock['items'][number]) {
  return {
    key: productId,
    cells: [
      <a href={hashOf(productId)}>{name}</a>,
      count(stockQty),
      count(reservedQty),
      count(soldQty),
    ],
  };
}

/** A product with its figures, and forms that change its price and its stock. */
function Editor({ productId, onChange }: { productId: string; onChange: () => Promise<void> }) {
  const path = `/products/${encodeURIComponent(productId)}`;
  const product = useLoaded(() => ask<OperatorProduct>(path), [path]);
  const setPrice = async ({ price: text = '' }) => {
    const price = fromField(text);
    await ask(path, { method: 'PATCH', body: { price } });
    await product.reload();
    return `It costs ${money(price ?? 0)} now.`;
  };
  const changeStock = async ({ change = '', reason }: Record<string, string>) => {
    const body = { change: Number(change), ...(reason && { reason }) };
    const { stockQty } = await postOnce<StockChanged>(`${path}/stock`, body);
    await Promise.all([product.reload(), onChange()]);
    return `${count(stockQty)} are in stock now.`;
  };
  return (
    <div class="panel">
      <Part of={product}>
        {({ name, price, currency: of, decimals, stockQty, reservedQty, soldQty }) => (
          <>
            <h3 dir="auto">{name}</h3>
            <Figures
              values={{
                Price: money(price, of, decimals),
                'In stock': count(stockQty),
                'Set aside': count(reservedQty),
                Sold: count(soldQty),
              }}
            />
          </>
        )}
      </Part>
      <CheckedForm class="tools" action="Set the price" run={setPrice}>
        <CheckedField
          name="price"
          label={`New price in ${currency()}`}
          type="number"
          min={0}
          step={fieldStep()}
          required
        />
      </CheckedForm>
      <CheckedForm class="tools" action="Change the stock" run={changeStock}>
        <CheckedField
          name="change"
          label="Pieces that came (or −)"
          type="number"
          step={1}
          required
        />
        <CheckedField
          name="reason"
          label="Reason"
          maxLength={200}
          placeholder="delivery, count, breakage"
        />
      </CheckedForm>
    </div>
  );
}
