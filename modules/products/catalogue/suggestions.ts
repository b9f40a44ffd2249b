/** What a search could become while it is typed: products, and brands and categories with their counts. */
import type { FreshIndex } from './fresh-index.ts';
import { hold } from './matching.ts';
import type { Suggestions } from './schemas.ts';
import { find } from './search-index.ts';
import { readItems } from './search.ts';
import type { Catalogue } from './store.ts';
import { tokenize } from './tokenizer.ts';

const MAX_PRODUCTS = 8;
const MAX_TERMS = 6;
const KINDS = ['brand', 'category', 'subCategory'] as const;

/**
 * The most relevant products of a search whose last word may lack its end, and the brands and categories
 * that have all its words. Nothing where it has no word.
 */
export async function suggest(
  catalogue: Catalogue,
  freshIndex: FreshIndex,
  search: string,
): Promise<Suggestions> {
  const { positions, facets, found } = find(
    await freshIndex(),
    { search },
    {
      sort: 'relevance',
      after: undefined,
      limit: MAX_PRODUCTS,
      facetValues: Infinity,
      asTyped: true,
    },
  );
  if (!found) return { products: [], terms: [] };
  const { words, corrected } = found;
  // Whoever has the value has its words: so the facets count all that the shop shows of it.
  const terms = KINDS.flatMap((kind) =>
    facets[kind]
      .filter(({ value }) => hold(tokenize([value]), words))
      .map((term) => ({ kind, ...term })),
  );
  const items = await readItems(
    catalogue,
    positions.map(({ id }) => id),
  );
  return {
    products: items.map(
      ({ productId, name, brand, price, currency, decimals, imageUrl, picture }) => ({
        productId,
        name,
        brand,
        price,
        currency,
        ...(decimals !== undefined && { decimals }),
        imageUrl,
        picture,
      }),
    ),
    terms: terms.toSorted((a, b) => b.count - a.count).slice(0, MAX_TERMS),
    ...(corrected !== undefined && { correctedSearch: corrected }),
  };
}
