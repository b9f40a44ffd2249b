/** The lines of the cart: what is in it, at what price, and whether it can be had. */
import { Fragment } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { lines, setQuantity, write } from '../lib/cart.ts';
import {
  amountOf,
  availableOf,
  failure,
  askForProducts,
  filledLines,
  nameOf,
  obstacleOf,
  useCartProducts,
  type FilledLine,
} from '../lib/cart-products.ts';
import { money } from '../lib/format.ts';
import { MAX_QUANTITY, type Line } from '../lib/line.ts';
import { productPath } from '../lib/products.ts';
import { Picture } from './picture.tsx';
import { Quantity } from './quantity.tsx';
import { ProblemNotice } from './states.tsx';

/** A line that was taken out, and where it was. */
interface Removed {
  line: Line;
  index: number;
  name: string;
}

/** The lines, and in the place of the one that was taken out last, that it can be put back. */
export function CartLines({ form }: { form?: string }) {
  useCartProducts();
  const [removed, setRemoved] = useState<Removed>();
  const [restored, setRestored] = useState<string>();
  const all = filledLines.value;
  const gone = all.some(({ productId }) => productId === removed?.line.productId)
    ? undefined
    : removed;
  const remove = (line: FilledLine, index: number) => {
    const { productId, quantity } = line;
    setRemoved({ line: { productId, quantity }, index, name: nameOf(line) });
    setRestored(undefined);
    setQuantity(productId, 0);
  };
  const restore = ({ line, index }: Removed) => {
    setRestored(line.productId);
    setRemoved(undefined);
    write(lines.value.toSpliced(index, 0, line));
  };
  const undo = gone && <Undo key="undo" name={gone.name} onUndo={() => restore(gone)} />;
  return (
    <>
      {failure.value !== undefined && (
        <ProblemNotice error={failure.value} retry={() => askForProducts()} />
      )}
      <ul class="lines">
        {all.map((line, index) => (
          <Fragment key={line.productId}>
            {gone?.index === index && undo}
            <CartLine
              line={line}
              form={form}
              hasFocus={restored === line.productId}
              onRemove={() => remove(line, index)}
            />
          </Fragment>
        ))}
        {gone && gone.index >= all.length && undo}
      </ul>
    </>
  );
}

/** What stands where a line was. */
function Undo({ name, onUndo }: { name: string; onUndo: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  // The button that was pressed is gone.
  useEffect(() => button.current?.focus(), [name]);
  return (
    <li class="line-removed">
      <span dir="auto">{name}</span> was taken out.{' '}
      <button type="button" class="link-button" ref={button} onClick={onUndo}>
        Undo
      </button>
    </li>
  );
}

function CartLine({
  line,
  form,
  hasFocus,
  onRemove,
}: {
  line: FilledLine;
  form: string | undefined;
  hasFocus: boolean;
  onRemove: () => void;
}) {
  const { productId, product, quantity } = line;
  const name = nameOf(line);
  const remove = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (hasFocus) remove.current?.focus();
  }, [hasFocus]);
  const { currency, decimals } = product ?? {};
  return (
    <li class="line">
      {product ? (
        <Picture product={product} />
      ) : (
        <span class="picture" aria-hidden="true">
          ?
        </span>
      )}
      <div class="line-text">
        {product ? (
          <a href={productPath(productId)} dir="auto">
            {name}
          </a>
        ) : (
          <span>{name}</span>
        )}
        {product?.variantName && (
          <span class="card-variant" dir="auto">
            {product.variantName}
          </span>
        )}
        {product && quantity > 1 && (
          <span class="card-variant">{money(product.price, currency, decimals)} each</span>
        )}
      </div>
      <strong class="line-price">{product && money(amountOf(line), currency, decimals)}</strong>
      <div class="line-controls">
        <Quantity
          name={name}
          quantity={quantity}
          most={product ? Math.min(product.stockQty, MAX_QUANTITY) : MAX_QUANTITY}
          form={form}
          onChange={(wanted) => setQuantity(productId, wanted)}
        />
        <button
          type="button"
          class="link-button"
          ref={remove}
          aria-label={`Remove ${name}`}
          onClick={onRemove}
        >
          Remove
        </button>
      </div>
      <Obstacle line={line} />
    </li>
  );
}

/** Why the line cannot be had as it is, and what helps in one click. */
function Obstacle({ line }: { line: FilledLine }) {
  const available = availableOf(line);
  const obstacle = obstacleOf(line);
  return (
    <div class="line-obstacle" role="status">
      {obstacle && (
        <>
          <strong class={`stock stock-${available > 0 ? 'few' : 'none'}`}>{obstacle}</strong>
          {available > 0 && (
            <button type="button" onClick={() => setQuantity(line.productId, available)}>
              Set to {available}
            </button>
          )}
        </>
      )}
    </div>
  );
}
