/** Pictures for tests, made by sharp, and a shop that has some. */
import sharp from 'sharp';
import type { TestHost } from '../../support.ts';
import type { ProductItem } from '../../../modules/products/catalogue/schemas.ts';
import type { Picture, PictureSource } from '../../../modules/products/import/pictures.ts';
import { importLines, line, list } from './catalogue.ts';

/** A JPEG picture of that size. */
export async function jpeg(width: number, height: number, background = '#d02020') {
  const picture = sharp({ create: { width, height, channels: 3, background } });
  return { type: 'image/jpeg', bytes: await picture.jpeg().toBuffer() };
}

/** Imports a product for each picture, and gives what the list shows of them, by id. */
export async function importPictures(
  host: TestHost,
  pictures: Readonly<Record<string, Picture>>,
): Promise<Record<string, ProductItem>> {
  const source: PictureSource = async (productId) => pictures[productId];
  const lines = Object.keys(pictures).map((productId) => line({ productId }));
  const { reported } = await importLines(host, lines, source);
  if (reported.length > 0) throw new Error(reported.join('\n'));
  const { items } = await list(host, 'limit=100');
  return Object.fromEntries(items.map((item) => [item.productId, item]));
}
