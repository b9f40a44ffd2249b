/** The catalogue: its address says what is shown. */
import { useState } from 'preact/hooks';
import { counted } from '../lib/format.ts';
import type { Frame, Page } from '../lib/page.ts';
import { Chips } from './chips.tsx';
import { FILTER_FORM } from './filters.tsx';
import { loadListing, type Listing } from './listing.ts';
import { defaultSort, readAddress, SORTS, titleOf, toAddress, withValue } from './query.ts';
import { Results } from './results.tsx';
import { Filters, FiltersButton } from './sheet.tsx';
import { useCatalogue } from './state.ts';

export const catalogue: Page<Listing> = {
  name: 'catalogue',
  path: '/products',
  bundle: 'shop',
  head: ({ search }) => {
    const { query } = readAddress(search);
    const title = titleOf(query);
    return {
      title,
      description: `${title}: find it by brand, colour and price.`,
      // However it is sorted, it is the same list.
      canonical: toAddress(withValue(query, 'sort', '')),
    };
  },
  load: (get, { search }) => loadListing(get, search),
  status: ({ faults }) => (faults.length > 0 ? 400 : 200),
  View: CatalogueView,
};

function CatalogueView({ frame, data }: { frame: Frame; data: Listing }) {
  const state = useCatalogue(frame.search, data);
  const { query, listing, go } = state;
  const { total } = listing;
  const [isOpen, setOpen] = useState(false);
  return (
    <div class="catalogue">
      <h1 id="heading" dir="auto">
        {titleOf(query)}
      </h1>
      <Filters
        query={query}
        listing={listing}
        go={go}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
      />
      <section class="results" aria-labelledby="heading">
        {listing.faults.map(({ text, without }) => (
          <p key={text} class="notice notice-bad" role="alert">
            {text} <a href={toAddress(without)}>Go on without it</a>
          </p>
        ))}
        <div class="results-bar">
          <p role="status">
            {counted(total, 'product')}
            <Corrected listing={listing} query={query} />
          </p>
          <FiltersButton onOpen={() => setOpen(true)} />
          <Sort query={query} go={go} />
        </div>
        <Chips query={query} go={go} />
        <Results {...state} />
      </section>
    </div>
  );
}

/** Says that other words were looked for than were written. */
function Corrected({ listing, query }: { listing: Listing; query: URLSearchParams }) {
  const { correctedSearch } = listing;
  if (!correctedSearch || !query.has('search')) return null;
  return (
    <span class="corrected">
      Nothing is called “<bdi>{query.get('search')}</bdi>”. Showing results for{' '}
      <strong dir="auto">{correctedSearch}</strong>.
    </span>
  );
}

function Sort({ query, go }: { query: URLSearchParams; go: (query: URLSearchParams) => void }) {
  const usual = defaultSort(query);
  const sorts = Object.entries(SORTS).filter(
    ([sort]) => sort !== 'relevance' || query.has('search'),
  );
  return (
    <div class="sort">
      <label for="sort">Sort by</label>
      <select
        id="sort"
        name="sort"
        form={FILTER_FORM}
        value={query.get('sort') ?? usual}
        onChange={({ currentTarget: { value } }) =>
          go(withValue(query, 'sort', value === usual ? '' : value))
        }
      >
        {sorts.map(([sort, text]) => (
          <option key={sort} value={sort}>
            {text}
          </option>
        ))}
      </select>
      <button class="apply" type="submit" form={FILTER_FORM}>
        Apply
      </button>
    </div>
  );
}
