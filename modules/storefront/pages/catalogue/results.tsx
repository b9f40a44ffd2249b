/** The list of products, and what follows at its end. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Go } from '../components/go.tsx';
import { ProductCard } from '../components/product-card.tsx';
import { Empty, ProblemNotice } from '../components/states.tsx';
import { count } from '../lib/format.ts';
import { toAddress, unfiltered, withValue } from './query.ts';
import type { Catalogue } from './state.ts';

/** Products that are likely in sight at once when the page comes. */
const IN_SIGHT = 4;

export function Results({ listing, query, isBusy, error, retry, more }: Catalogue) {
  const grid = useRef<HTMLUListElement>(null);
  // Where the products begin that were asked for, to go on with the first of them.
  const added = useRef<number>(undefined);
  const { items, total, nextCursor, isContinued } = listing;
  useLayoutEffect(() => {
    if (added.current === undefined || items.length <= added.current) return;
    const first = grid.current?.children[added.current]?.querySelector('a');
    first?.focus({ preventScroll: true });
    added.current = undefined;
  }, [items.length]);
  const next = new URLSearchParams(listing.query);
  if (nextCursor !== null) next.set('cursor', nextCursor);
  return (
    <>
      {isContinued && (
        <p>
          <a href={toAddress(listing.query)}>Back to the start of the list</a>
        </p>
      )}
      <ul class="grid" ref={grid} aria-busy={isBusy || undefined}>
        {items.map((product, i) => (
          <ProductCard
            key={product.productId}
            product={product}
            eager={i < IN_SIGHT}
            first={i === 0}
          />
        ))}
      </ul>
      <div class="more">
        {error !== undefined && <ProblemNotice error={error} retry={retry} />}
        {total === 0 && <NothingFound query={query} />}
        {nextCursor !== null && (
          <>
            {!isContinued && (
              <p>
                {count(items.length)} of {count(total)} are shown
              </p>
            )}
            <Go
              class="button"
              href={toAddress(next)}
              onGo={() => {
                if (isBusy) return;
                added.current = items.length;
                more();
              }}
            >
              {isBusy ? 'Loading…' : 'Show more'}
            </Go>
          </>
        )}
      </div>
    </>
  );
}

function NothingFound({ query }: { query: URLSearchParams }) {
  const words = query.get('search');
  const isFiltered = unfiltered(query).size < query.size;
  return (
    <Empty
      title={words ? `Nothing found for “${words}”` : 'Nothing fits'}
      text={
        isFiltered
          ? 'No product has all that you have chosen. Take a filter away, or all of them.'
          : 'Check the spelling, or try fewer or more general words: “shoes” rather than “red running shoes”.'
      }
    >
      <span class="row">
        {isFiltered && (
          <a class="button" href={toAddress(unfiltered(query))}>
            Without filters
          </a>
        )}
        {words && isFiltered && (
          <a class="button" href={toAddress(withValue(query, 'search', ''))}>
            Without “{words}”
          </a>
        )}
        <a class="button" href="/products">
          See everything
        </a>
      </span>
    </Empty>
  );
}
