/**
 * The search of the shop: a form that any browser sends, and what it could become while it is typed. The
 * combobox of the ARIA Authoring Practices, with a list that selects nothing by itself.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Suggestions } from '../../../products/api.ts';
import { addressOf } from '../catalogue/query.ts';
import { count, money } from '../lib/format.ts';
import { get } from '../lib/http.ts';
import { productPath } from '../lib/products.ts';
import { Picture } from './picture.tsx';

/** How long typing has to rest until it is asked what it could become, in ms. */
const REST_MS = 150;

const LIST = 'search-suggestions';
const idOf = (i: number) => `${LIST}-${i}`;

/** The form; `words` are those of the list that is shown. */
export function SearchBox({ words }: { words: string }) {
  const { options, ask, forget } = useSuggestions();
  const [active, setActive] = useState(-1);
  const chosen = options[active];

  const close = () => {
    setActive(-1);
    forget();
  };
  const move = (step: number) => {
    // One place more than there are suggestions: the words themselves.
    const places = options.length + 1;
    setActive(((active + 1 + step + places) % places) - 1);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const { value } = event.currentTarget as HTMLInputElement;
      if (options.length === 0) ask(value, 0);
      else move(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Escape' && options.length > 0) {
      event.preventDefault();
      close();
    } else if (event.key === 'Enter' && chosen) {
      event.preventDefault();
      location.assign(chosen.href);
    }
  };

  return (
    <form class="search" id="search" role="search" action="/products" method="get">
      <label class="unseen" for="search-words">
        Search the shop
      </label>
      <input
        id="search-words"
        name="search"
        type="search"
        dir="auto"
        maxLength={200}
        placeholder="Search the shop"
        autocomplete="off"
        autocapitalize="off"
        enterkeyhint="search"
        role="combobox"
        list={undefined}
        aria-autocomplete="list"
        aria-expanded={options.length > 0}
        aria-controls={LIST}
        aria-activedescendant={chosen && idOf(active)}
        defaultValue={words}
        onInput={({ currentTarget }) => {
          setActive(-1);
          ask(currentTarget.value, REST_MS);
        }}
        onKeyDown={onKeyDown}
        onBlur={close}
      />
      <button type="submit">Search</button>
      {/* Pressing it takes the focus from the field, which would close it before the click. */}
      <ul
        class="suggestions"
        id={LIST}
        role="listbox"
        aria-label="Suggestions"
        hidden={options.length === 0}
        onMouseDown={(event) => event.preventDefault()}
      >
        {options.map((option, i) => (
          <SuggestionItem key={option.href} id={idOf(i)} option={option} isActive={i === active} />
        ))}
      </ul>
      <span class="unseen" role="status">
        {options.length > 0 && `${count(options.length)} suggestions`}
      </span>
    </form>
  );
}

type Option =
  | { href: string; term: Suggestions['terms'][number] }
  | { href: string; product: Suggestions['products'][number] };

function SuggestionItem({
  id,
  option,
  isActive,
}: {
  id: string;
  option: Option;
  isActive: boolean;
}) {
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isActive) item.current?.scrollIntoView({ block: 'nearest' });
  }, [isActive]);
  return (
    <li
      id={id}
      ref={item}
      role="option"
      aria-selected={isActive}
      onClick={() => location.assign(option.href)}
    >
      {'term' in option ? (
        <>
          <span dir="auto">{option.term.value}</span>
          <span class="tally">{count(option.term.count)}</span>
        </>
      ) : (
        <>
          <Picture product={option.product} sizes="3rem" eager />
          <span class="suggestion-text">
            <span dir="auto">{option.product.name}</span>
            <span class="fine" dir="auto">
              {option.product.brand}
            </span>
          </span>
          <span class="suggestion-price">
            {money(option.product.price, option.product.currency, option.product.decimals)}
          </span>
        </>
      )}
    </li>
  );
}

/** What words could become; an answer to earlier words is dropped. */
function useSuggestions() {
  const [options, setOptions] = useState<Option[]>([]);
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const underWay = useRef<AbortController>(undefined);

  const forget = () => {
    clearTimeout(resting.current);
    underWay.current?.abort();
    setOptions([]);
  };
  const load = async (words: string) => {
    const { signal } = (underWay.current = new AbortController());
    try {
      const search = new URLSearchParams({ search: words });
      const found = await get<Suggestions>(`/api/products/suggestions?${search}`, signal);
      if (!signal.aborted) setOptions(optionsOf(found));
    } catch {
      // The form finds without suggestions, too.
      if (!signal.aborted) setOptions([]);
    }
  };
  const ask = (words: string, afterMs: number) => {
    clearTimeout(resting.current);
    underWay.current?.abort();
    const asked = words.trim();
    if (asked === '') return setOptions([]);
    resting.current = setTimeout(() => void load(asked), afterMs);
  };
  return { options, ask, forget };
}

function optionsOf({ terms, products }: Suggestions): Option[] {
  return [
    ...terms.map((term) => ({ href: addressOf(term.kind, term.value), term })),
    ...products.map((product) => ({ href: productPath(product.productId), product })),
  ];
}
