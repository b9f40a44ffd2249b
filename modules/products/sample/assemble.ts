// Makes import-format products of the catalogue's rows: ids, audience, categories and the description's HTML.
import { careSentence } from './care.ts';
import type { Kind, Row, SampleProduct, Wearer } from './product.ts';

const FIRST_ID = 1001;
// Wider than the number of kinds, so that a new row or kind leaves every other id as it was.
const IDS_PER_ROUND = 20;
const DEFAULT_STOCK = 25;

const audiences: Record<Wearer, [ageGroup: string, gender: string]> = {
  Women: ['Adults-Women', 'Women'],
  Men: ['Adults-Men', 'Men'],
  Unisex: ['Adults-Unisex', 'Unisex'],
  Girls: ['Kids-Girls', 'Girls'],
  Boys: ['Kids-Boys', 'Boys'],
  Kids: ['Kids-Unisex', 'Unisex'],
};

function describe(kind: Kind, row: Row): string {
  const points = [...row.points, careSentence(row.care ?? kind.care)];
  return `<p>${row.text}</p><ul>${points.map((point) => `<li>${point}</li>`).join('')}</ul>`;
}

function product(kind: Kind, row: Row, id: number): SampleProduct {
  const [ageGroup, gender] = audiences[row.wearer ?? 'Unisex'];
  return {
    productId: String(id),
    price: row.price,
    productDisplayName: row.name,
    variantName: row.variant,
    brandName: row.brand,
    ageGroup,
    gender,
    displayCategories: row.also ? `${kind.categories},${row.also}` : kind.categories,
    masterCategory_typeName: kind.master,
    subCategory_typeName: kind.name,
    productDescriptors_description_value: describe(kind, row),
    productColors: row.colours.join(','),
    season: row.season,
    usage: row.usage ?? kind.usage,
    stockQty: row.stock ?? DEFAULT_STOCK,
  };
}

/**
 * Lays the kinds' rows out in rounds, one of each kind a round, so that a list by id shows variety.
 * @param kinds the catalogue, at most twenty kinds; a new kind goes to the end
 * @returns products in the order of their ids
 */
export function assemble(kinds: Kind[]): SampleProduct[] {
  return kinds
    .flatMap((kind, column) =>
      kind.rows.map((row, round) => ({ kind, row, id: FIRST_ID + round * IDS_PER_ROUND + column })),
    )
    .toSorted((a, b) => a.id - b.id)
    .map(({ kind, row, id }) => product(kind, row, id));
}
