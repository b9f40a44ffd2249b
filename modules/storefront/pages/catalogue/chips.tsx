/** The filters in use, each with a link that takes it away. */
import { Go } from '../components/go.tsx';
import { money } from '../lib/format.ts';
import { BOUNDS, DIMENSIONS, priceOf, toAddress, toggled, unfiltered, withValue } from './query.ts';

export function Chips({
  query,
  go,
}: {
  query: URLSearchParams;
  go: (query: URLSearchParams) => void;
}) {
  const chosen = DIMENSIONS.flatMap((dimension) =>
    query.getAll(dimension).map((value) => ({
      key: `${dimension}-${value}`,
      text: value,
      without: toggled(query, dimension, value),
    })),
  );
  const bounds = BOUNDS.flatMap((name) => {
    const price = priceOf(query, name);
    const text = `${name === 'minPrice' ? 'from' : 'up to'} ${money(price ?? 0)}`;
    return price === undefined ? [] : [{ key: name, text, without: withValue(query, name, '') }];
  });
  const filters = [...chosen, ...bounds];
  const words = query.get('search');
  if (filters.length === 0 && !words) return null;
  return (
    <ul class="chips" aria-label="Filters in use">
      {words && (
        // Other words are another page, whose search box knows them.
        <li key="search">
          <a
            class="chip"
            href={toAddress(withValue(query, 'search', ''))}
            aria-label={`Remove “${words}”`}
          >
            <bdi>“{words}”</bdi> ×
          </a>
        </li>
      )}
      {filters.map(({ key, text, without }) => (
        <li key={key}>
          <Go
            class="chip"
            href={toAddress(without)}
            onGo={() => go(without)}
            aria-label={`Remove ${text}`}
          >
            <bdi>{text}</bdi> ×
          </Go>
        </li>
      ))}
      {filters.length > 1 && (
        <li key="all">
          <Go class="clear" href={toAddress(unfiltered(query))} onGo={() => go(unfiltered(query))}>
            Clear all
          </Go>
        </li>
      )}
    </ul>
  );
}
