/** One product: its figures, its details, its picture, its stock, and what was changed of it. */
import { useState } from 'preact/hooks';
import type { OperatorProduct } from '../../../../products/api.ts';
import { CheckedField } from '../../components/checked-fields.tsx';
import { CheckedForm } from '../../components/checked-form.tsx';
import { Notice, ProblemNotice } from '../../components/states.tsx';
import { Figures } from '../../components/table.tsx';
import { count, dateTime, money } from '../../lib/format.ts';
import { useLoaded, type Loaded } from '../../lib/loaded.ts';
import { Part, Reserved } from '../parts.tsx';
import { can } from '../session.ts';
import { changeProduct, changeStock, findHistory, findProduct, toggleArchived } from './calls.ts';
import { DetailFields, readDetails } from './fields.tsx';
import { History } from './history.tsx';
import type { Editing } from './editing.ts';
import { PictureOf } from './picture.tsx';

export function OneProduct({ productId }: { productId: string }) {
  const product = useLoaded(() => findProduct(productId), [productId]);
  const history = useLoaded(() => findHistory(productId), [productId]);
  /** Takes the product as a change has left it. */
  const take = async (changed: OperatorProduct) => {
    product.set(changed);
    await history.reload();
  };
  return (
    <>
      <p>
        <a href="#products">All products</a>
      </p>
      <Part of={product}>
        {(found) => (
          <>
            <Head product={found} take={take} />
            <Reserved to="support">
              <div class="product-panels">
                <Details product={found} take={take} loaded={product} />
                <div>
                  <PictureOf product={found} take={take} />
                  <Stock product={found} take={take} />
                </div>
              </div>
            </Reserved>
          </>
        )}
      </Part>
      <Part of={history}>{({ items }) => <History items={items} product={product.data} />}</Part>
    </>
  );
}

function Head({ product, take }: Editing) {
  const { productId, name, price, currency, decimals, archived } = product;
  const { stockQty, reservedQty, soldQty, updatedAt } = product;
  const [error, setError] = useState<unknown>();
  const toggle = async () => {
    try {
      const changed = await toggleArchived(product);
      setError(undefined);
      if (changed) await take(changed);
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <>
      <div class="product-head">
        <h3 dir="auto">{name}</h3>
        <span class={`pill pill-${archived ? 'plain' : 'good'}`}>
          {archived ? 'Archived' : 'For sale'}
        </span>
        {!archived && <a href={`/products/${encodeURIComponent(productId)}`}>In the shop</a>}
        {can('support') && (
          <button
            type="button"
            class={archived ? undefined : 'danger'}
            onClick={() => void toggle()}
          >
            {archived ? 'Bring back' : 'Archive'}
          </button>
        )}
      </div>
      <p class="fine">
        No. {productId}, changed {dateTime(updatedAt)}
      </p>
      {error !== undefined && <ProblemNotice error={error} />}
      {archived && (
        <Notice kind="plain">
          Nobody finds it in the shop or can order it. Orders that were placed go on.
        </Notice>
      )}
      <Figures
        values={{
          Price: money(price, currency, decimals),
          'In stock': count(stockQty),
          'Set aside': count(reservedQty),
          Sold: count(soldQty),
        }}
      />
    </>
  );
}

function Details({ product, take, loaded }: Editing & { loaded: Loaded<OperatorProduct> }) {
  // Another form, with what is there now, only where somebody asks for it.
  const [round, setRound] = useState(0);
  const save = async (values: Record<string, string>) => {
    const written = readDetails(values, product);
    if (Object.keys(written).length === 0) return 'Nothing was changed.';
    const changed = await changeProduct(product, written);
    if (!changed) return 'Nothing was changed.';
    await take(changed);
    return 'Saved.';
  };
  const lookAgain = async () => {
    await loaded.reload();
    setRound(round + 1);
  };
  return (
    <div class="panel">
      <h3>Details</h3>
      <CheckedForm
        key={round}
        action="Save"
        isPrimary
        run={save}
        extra={
          <button type="button" onClick={() => void lookAgain()}>
            Undo
          </button>
        }
      >
        <DetailFields product={product} />
      </CheckedForm>
    </div>
  );
}

function Stock({ product, take }: Editing) {
  const change = async ({ change: text = '', reason }: Record<string, string>) => {
    const stockQty = await changeStock(product, Number(text), reason);
    await take({ ...product, stockQty });
    return `${count(stockQty)} are in stock now.`;
  };
  return (
    <div class="panel">
      <h3>Stock</h3>
      <CheckedForm action="Change the stock" run={change}>
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
