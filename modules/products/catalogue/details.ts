/** What the details of a product may hold, for the lines of an import and for the operator's forms alike. */
import sanitize from 'sanitize-html';
import { Type, type Static } from 'typebox';
import { Name, OptionalName } from '#host';
import type { ProductDetails } from './product.ts';
import { clean, distinct } from './tokenizer.ts';

/** The longest of each text, in characters. */
export const LONGEST = {
  name: 200,
  variantName: 200,
  brand: 100,
  category: 100,
  subCategory: 100,
  gender: 100,
  ageGroup: 100,
  season: 100,
  usage: 100,
  description: 65_536,
} as const;

/** Ids that no address leads to: clients resolve dots, and calls have these names. */
const UNREACHABLE = ['.', '..', 'low-stock', 'suggestions'];

export const ProductId = Type.Refine(
  Type.String({ pattern: '^[A-Za-z0-9_.-]{1,64}$' }),
  (id) => !UNREACHABLE.includes(id),
  () => `must be none of ${UNREACHABLE.join(' ')}: no address would lead to it`,
);

export const Price = Type.Integer({
  minimum: 0,
  maximum: 1_000_000_000,
  description: 'In the smallest unit of the currency',
});

export const Stock = Type.Integer({ minimum: 0, maximum: 1_000_000_000 });

const text = (maxLength: number) => Type.Optional(OptionalName({ maxLength }));
const values = (maxLength: number) =>
  Type.Optional(Type.Array(Name({ maxLength }), { maxItems: 100 }));

/** The details but name and price, as an operator writes them. */
export const detailFields = {
  variantName: text(LONGEST.variantName),
  brand: text(LONGEST.brand),
  category: text(LONGEST.category),
  subCategory: text(LONGEST.subCategory),
  displayCategories: values(100),
  gender: text(LONGEST.gender),
  ageGroup: text(LONGEST.ageGroup),
  season: text(LONGEST.season),
  usage: text(LONGEST.usage),
  colors: values(100),
  sizes: values(100),
  description: Type.Optional(
    Type.String({
      maxLength: LONGEST.description,
      description: 'HTML, of which only simple mark-up is kept',
    }),
  ),
  pictureAlt: Type.Optional(
    OptionalName({
      maxLength: 300,
      description: 'What its picture shows; empty: its name says it',
    }),
  ),
};

const Details = Type.Object({
  ...detailFields,
  name: Type.Optional(Name({ maxLength: LONGEST.name })),
  price: Type.Optional(Price),
});
export type DetailChanges = Static<typeof Details>;

/**
 * Descriptions come from outside: only harmless mark-up of them is stored; of other tags the text
 * remains, of scripts nothing. No attribute is kept, so neither styles nor handlers nor addresses are.
 */
const MARK_UP: sanitize.IOptions = {
  allowedTags: ['p', 'div', 'span', 'br', 'strong', 'em', 'b', 'i', 'ul', 'ol', 'li'],
  allowedAttributes: {},
  // What is nested deeper means nothing to a reader, and costs those who render it.
  nestingLimit: 20,
};

export function cleanDescription(html = ''): string {
  return sanitize(html.toWellFormed(), MARK_UP).trim();
}

/** Details as they are stored, of those that were written. */
export function cleanDetails(
  written: DetailChanges,
): Partial<ProductDetails> & { pictureAlt?: string } {
  const entries = Object.entries(written).map(([name, value]) => {
    if (typeof value === 'number') return [name, value];
    if (Array.isArray(value)) return [name, distinct(value)];
    return [name, name === 'description' ? cleanDescription(value) : clean(value)];
  });
  return Object.fromEntries(entries) as Partial<ProductDetails>;
}
