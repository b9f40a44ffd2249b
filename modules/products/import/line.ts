/** The format of an import: one product a line, as JSON. */
import { createHash } from 'node:crypto';
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { Name, OptionalName, OptionalNames } from '#host';
import { cleanDescription, LONGEST, Price, ProductId, Stock } from '../catalogue/details.ts';
import type { ProductDetails } from '../catalogue/product.ts';
import { clean, distinct, fold } from '../catalogue/tokenizer.ts';
import { messageOf, problemsOf } from './message.ts';

/** The stock of a product whose line does not say. */
export const DEFAULT_STOCK = 25;

/** What stands in a list for none. */
const NO_VALUE = 'na';

const name = (maxLength: number) => Type.Optional(OptionalName({ maxLength }));
const names = (maxLength: number) => Type.Optional(OptionalNames({ maxLength }));

/** The fields that are read; a line may hold others. */
export const ImportLine = Type.Object({
  productId: ProductId,
  price: Price,
  productDisplayName: Name({ maxLength: LONGEST.name }),
  variantName: name(LONGEST.variantName),
  brandName: name(LONGEST.brand),
  ageGroup: name(LONGEST.ageGroup),
  gender: name(LONGEST.gender),
  displayCategories: names(2000),
  masterCategory_typeName: name(LONGEST.category),
  subCategory_typeName: name(LONGEST.subCategory),
  productDescriptors_description_value: Type.Optional(
    Type.String({ maxLength: LONGEST.description }),
  ),
  productColors: names(1000),
  productSizes: names(1000),
  season: name(LONGEST.season),
  usage: name(LONGEST.usage),
  stockQty: Type.Optional(Stock),
});

const format = Compile(ImportLine);

/** A product as a line says it. */
export interface ImportItem {
  /** The number of the line. */
  line: number;
  productId: string;
  details: ProductDetails;
  /** The stock of a product that is new. */
  stockQty: number;
}

/** Reads a line: gives its product, or what is wrong with it. */
export function parseLine(line: number, json: string): ImportItem | { problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return { problem: `is not JSON: ${messageOf(error)}` };
  }
  return itemOf(line, value);
}

/** The product of a line's value, or what is wrong with it. */
export function itemOf(line: number, value: unknown): ImportItem | { problem: string } {
  if (!format.Check(value)) return { problem: problemsOf(format.Errors(value)) };
  const { productId, stockQty = DEFAULT_STOCK } = value;
  return { line, productId, stockQty, details: detailsOf(value) };
}

/** Tells whether details differ from those that are stored. */
export function hashOf(parts: unknown): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

function detailsOf(line: Static<typeof ImportLine>): ProductDetails {
  const sizes = listOf(line.productSizes);
  return {
    name: clean(line.productDisplayName),
    variantName: clean(line.variantName),
    brand: clean(line.brandName),
    category: clean(line.masterCategory_typeName),
    subCategory: clean(line.subCategory_typeName),
    displayCategories: listOf(line.displayCategories),
    gender: clean(line.gender),
    ageGroup: clean(line.ageGroup),
    season: clean(line.season),
    usage: clean(line.usage),
    colors: listOf(line.productColors),
    // Left out where there are none: lines that were imported before there were sizes stay the same.
    ...(sizes.length > 0 && { sizes }),
    description: cleanDescription(line.productDescriptors_description_value),
    price: line.price,
  };
}

function listOf(commaSeparated = ''): string[] {
  return distinct(commaSeparated.split(',')).filter((value) => fold(value) !== NO_VALUE);
}
