/** The sample catalogue, as its files hold it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SAMPLE = join(import.meta.dirname, '../../../../modules/products/sample');

/** A line of the file of products. */
export interface SampleProduct {
  productId: string;
  price: number;
  productDisplayName: string;
  variantName: string;
  brandName: string;
  ageGroup: string;
  gender: string;
  displayCategories: string;
  masterCategory_typeName: string;
  subCategory_typeName: string;
  productDescriptors_description_value: string;
  productColors: string;
  season: string;
  usage: string;
  stockQty: number;
}

export const sampleProducts: readonly SampleProduct[] = readFileSync(
  join(SAMPLE, 'products.ndjson'),
  'utf8',
)
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));

/** The pictures by the names of their files. */
export const samplePictures: ReadonlyMap<string, string> = new Map(
  readdirSync(join(SAMPLE, 'pictures')).map((name) => [
    name,
    readFileSync(join(SAMPLE, 'pictures', name), 'utf8'),
  ]),
);
