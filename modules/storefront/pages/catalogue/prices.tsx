/** The filter by price: two fields, and a slider with a thumb for each. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ProductPage } from '../../../products/api.ts';
import { currency, fieldStep, fromField, money, toField } from '../lib/format.ts';
import { BOUNDS, priceOf, withPrices, type Bound } from './query.ts';

const LABELS: Record<Bound, { field: string; thumb: string }> = {
  minPrice: { field: 'From', thumb: 'Lowest price' },
  maxPrice: { field: 'To', thumb: 'Highest price' },
};

/** Places that a thumb can have, about. */
const PLACES = 100;
/** How long a thumb has to rest until the list follows: by keys it is moved in many small steps. Milliseconds. */
const REST_MS = 300;

type Chosen = Record<Bound, number | undefined>;

export function Prices({
  bounds,
  query,
  go,
}: {
  bounds: ProductPage['facets']['price'];
  query: URLSearchParams;
  go: (query: URLSearchParams) => void;
}) {
  const asked: Chosen = {
    minPrice: priceOf(query, 'minPrice'),
    maxPrice: priceOf(query, 'maxPrice'),
  };
  // What a thumb is at while it is moved; the list follows when it is let go.
  const [chosen, setChosen] = useState(asked);
  useEffect(() => setChosen(asked), [asked.minPrice, asked.maxPrice]);
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const { min, max } = bounds;
  const isAsked = BOUNDS.some((name) => asked[name] !== undefined);
  if (!isAsked && (min === null || max === null || min === max)) return null;
  const apply = (changed: Chosen) => {
    clearTimeout(resting.current);
    setChosen(changed);
    go(withPrices(query, changed));
  };
  const applySoon = (changed: Chosen) => {
    clearTimeout(resting.current);
    resting.current = setTimeout(apply, REST_MS, changed);
  };
  return (
    <fieldset class="prices">
      <legend>Price in {currency()}</legend>
      {min !== null && max !== null && min < max && (
        <Slider min={min} max={max} chosen={chosen} onMove={setChosen} onLetGo={applySoon} />
      )}
      <div class="price-fields">
        {BOUNDS.map((name) => {
          const bound = name === 'minPrice' ? min : max;
          const value = chosen[name];
          return (
            <label key={name}>
              {LABELS[name].field}
              <input
                type="number"
                name={name}
                min={0}
                step={fieldStep()}
                inputMode="decimal"
                placeholder={bound === null ? '' : toField(bound)}
                value={value === undefined ? '' : toField(value)}
                onChange={({ currentTarget }) =>
                  apply(ordered({ ...chosen, [name]: amountIn(currentTarget.value) }, name))
                }
              />
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}

function amountIn(text: string): number | undefined {
  const amount = fromField(text);
  return amount === undefined ? undefined : Math.max(0, amount);
}

/** Moves the other bound along where one has passed it. */
function ordered(chosen: Chosen, moved: Bound): Chosen {
  const { minPrice = 0, maxPrice = Infinity } = chosen;
  if (minPrice <= maxPrice) return chosen;
  return { minPrice: chosen[moved], maxPrice: chosen[moved] };
}

function Slider({
  min,
  max,
  chosen,
  onMove,
  onLetGo,
}: {
  min: number;
  max: number;
  chosen: Chosen;
  onMove: (chosen: Chosen) => void;
  onLetGo: (chosen: Chosen) => void;
}) {
  const step = stepOf(max - min);
  const ends = { minPrice: Math.floor(min / step) * step, maxPrice: Math.ceil(max / step) * step };
  const within = (price: number) => Math.min(Math.max(price, ends.minPrice), ends.maxPrice);
  const at = {
    minPrice: within(chosen.minPrice ?? ends.minPrice),
    maxPrice: within(chosen.maxPrice ?? ends.maxPrice),
  };
  const track = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const part = (price: number) => (price - ends.minPrice) / (ends.maxPrice - ends.minPrice);
    track.current?.style.setProperty('--from', String(part(at.minPrice)));
    track.current?.style.setProperty('--to', String(part(at.maxPrice)));
  });
  /** What is chosen by a thumb: at the end of its way it excludes nothing. */
  const moved = (name: Bound, input: HTMLInputElement): Chosen => {
    const other = name === 'minPrice' ? 'maxPrice' : 'minPrice';
    const wanted = input.valueAsNumber;
    const price = name === 'minPrice' ? Math.min(wanted, at[other]) : Math.max(wanted, at[other]);
    // A thumb does not pass the other, though the browser would let it.
    input.value = String(price);
    return { ...chosen, [name]: price === ends[name] ? undefined : price };
  };
  const isHigh = at.minPrice > (ends.minPrice + ends.maxPrice) / 2;
  return (
    <div class={isHigh ? 'slider is-high' : 'slider'} ref={track}>
      {BOUNDS.map((name) => (
        <input
          key={name}
          type="range"
          min={ends.minPrice}
          max={ends.maxPrice}
          step={step}
          value={at[name]}
          aria-label={LABELS[name].thumb}
          aria-valuetext={money(at[name])}
          onInput={({ currentTarget }) => onMove(moved(name, currentTarget))}
          onChange={({ currentTarget }) => onLetGo(moved(name, currentTarget))}
        />
      ))}
    </div>
  );
}

/** A round number of which about {@link PLACES} make the distance. */
function stepOf(distance: number): number {
  const exact = distance / PLACES;
  const magnitude = 10 ** Math.max(0, Math.floor(Math.log10(exact)));
  const factor = [1, 2, 5, 10].find((one) => one * magnitude >= exact) ?? 1;
  return factor * magnitude;
}
