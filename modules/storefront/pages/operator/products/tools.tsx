/** What the table of products shows: searched, filtered and sorted. */
import { signal } from '@preact/signals';
import { can } from '../session.ts';
import { useEffect, useRef } from 'preact/hooks';

type Show = 'no' | 'only' | 'also' | 'low';

const SHOWS: readonly { value: Show; text: string }[] = [
  { value: 'no', text: 'In the shop' },
  { value: 'low', text: 'Low stock' },
  { value: 'only', text: 'Archived' },
  { value: 'also', text: 'All' },
];

const SORTS = [
  { value: '', text: 'Best match, or newest' },
  { value: 'name', text: 'Name' },
  { value: 'price', text: 'Cheapest first' },
  { value: '-price', text: 'Dearest first' },
];

/** Kept while one of the products is looked at. */
export const asked = signal<{ search: string; show: Show; sort: string }>({
  search: '',
  show: 'no',
  sort: '',
});

/** How long is waited after a key before it is searched, in ms. */
const PAUSE_MS = 250;

export function Tools() {
  const { search, show, sort } = asked.value;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const isLow = show === 'low';
  return (
    <div class="tools product-tools">
      <div class="field">
        <label for="products-search">Search by number or words</label>
        <input
          id="products-search"
          type="search"
          maxLength={200}
          defaultValue={search}
          disabled={isLow}
          onInput={({ currentTarget: { value } }) => {
            clearTimeout(timer.current);
            timer.current = setTimeout(() => {
              asked.value = { ...asked.value, search: value };
            }, PAUSE_MS);
          }}
        />
      </div>
      <Choice
        label="Show"
        options={SHOWS}
        chosen={show}
        onChange={(value) => {
          asked.value = { ...asked.value, show: value as Show };
        }}
      />
      {!isLow && (
        <Choice
          label="Sort"
          options={SORTS}
          chosen={sort}
          onChange={(value) => {
            asked.value = { ...asked.value, sort: value };
          }}
        />
      )}
      {can('support') && (
        <a class="button primary" href="#products/+new">
          New product
        </a>
      )}
    </div>
  );
}

function Choice({
  label,
  options,
  chosen,
  onChange,
}: {
  label: string;
  options: readonly { value: string; text: string }[];
  chosen: string;
  onChange: (value: string) => void;
}) {
  const id = `products-${label.toLowerCase()}`;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        {options.map(({ value, text }) => (
          <option key={value} value={value} selected={value === chosen}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}
