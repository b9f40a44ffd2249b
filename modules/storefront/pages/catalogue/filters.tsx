/** What the list can be narrowed to, with how many products each leaves: a form that works without script. */
import { useState } from 'preact/hooks';
import type { ProductPage } from '../../../products/api.ts';
import { count } from '../lib/format.ts';
import { Prices } from './prices.tsx';
import { DIMENSIONS, isSame, toggled, type Dimension } from './query.ts';

/** The id of the form, for the fields of it that stand elsewhere. */
export const FILTER_FORM = 'filter-form';

const LABELS: Record<Dimension, string> = {
  category: 'Category',
  subCategory: 'Kind',
  brand: 'Brand',
  gender: 'For',
  ageGroup: 'Age',
  color: 'Colour',
  size: 'Size',
};

/** Values that a filter shows before it is opened wider. */
const SHOWN = 7;

const LETTER_SIZES = ['XXS', 'XS', 'S', 'M', 'L', 'XL', 'XXL', 'XXXL'];

type FacetValue = ProductPage['facets']['brand'][number];

interface Narrowing {
  query: URLSearchParams;
  go: (query: URLSearchParams) => void;
}

export function FilterForm({
  facets,
  query,
  go,
}: Narrowing & {
  facets: Partial<Record<Dimension, FacetValue[]>> & Pick<ProductPage['facets'], 'price'>;
}) {
  return (
    <form
      id={FILTER_FORM}
      action="/products"
      method="get"
      aria-label="Filter the products"
      onSubmit={(event) => event.preventDefault()}
    >
      {query.has('search') && <input type="hidden" name="search" value={query.get('search')!} />}
      {DIMENSIONS.map((dimension) => (
        <Choices
          key={dimension}
          dimension={dimension}
          values={ordered(dimension, withChosen(facets[dimension] ?? [], query.getAll(dimension)))}
          query={query}
          go={go}
        />
      ))}
      <Prices bounds={facets.price} query={query} go={go} />
      <button class="apply" type="submit">
        Apply
      </button>
    </form>
  );
}

/** Chosen values stay in sight though no product has them together with the other filters. */
function withChosen(values: FacetValue[], chosen: readonly string[]): FacetValue[] {
  const lost = chosen.filter((one) => !values.some(({ value }) => isSame(value, one)));
  return [...lost.map((value) => ({ value, count: 0 })), ...values];
}

/** Sizes go from small to large; of all else, what most products have is first. */
function ordered(dimension: Dimension, values: FacetValue[]): FacetValue[] {
  if (dimension !== 'size') return values;
  const rank = ({ value }: FacetValue) => LETTER_SIZES.indexOf(value.toUpperCase());
  return values.toSorted(
    (a, b) => rank(a) - rank(b) || a.value.localeCompare(b.value, 'en', { numeric: true }),
  );
}

function Choices({
  dimension,
  values,
  query,
  go,
}: Narrowing & { dimension: Dimension; values: FacetValue[] }) {
  const chosen = query.getAll(dimension);
  const isChosen = (value: string) => chosen.some((one) => isSame(one, value));
  const [isWide] = useState(() => values.slice(SHOWN).some(({ value }) => isChosen(value)));
  // One value narrows nothing.
  if (values.length === 0 || (values.length === 1 && chosen.length === 0)) return null;
  const boxes = values.map(({ value, count: products }) => {
    const id = `${dimension}-${value}`;
    return (
      <li key={value}>
        <input
          type="checkbox"
          id={id}
          name={dimension}
          value={value}
          checked={isChosen(value)}
          onChange={() => go(toggled(query, dimension, value))}
        />
        <label for={id} dir="auto">
          {value}
        </label>
        <span class="tally">{count(products)}</span>
      </li>
    );
  });
  const more = boxes.slice(SHOWN);
  return (
    <fieldset>
      <legend>{LABELS[dimension]}</legend>
      <ul>{boxes.slice(0, SHOWN)}</ul>
      {more.length > 0 && (
        <details open={isWide}>
          <summary>{count(more.length)} more</summary>
          <ul>{more}</ul>
        </details>
      )}
    </fieldset>
  );
}
