/** The picture that the operator gives a product: believed by its bytes, and decoded before it is kept. */
import { Binary } from 'mongodb';
import { DomainError, etagOf } from '#host';
import { MAX_PICTURE_BYTES, typeOf } from '../import/pictures.ts';
import type { CatalogueDocument, PictureDocument } from '../catalogue/store.ts';
import type { Inventory } from '../inventory/stock.ts';
import { hashOf } from '../pictures/describe.ts';
import { encode, isTooLarge, MAX_PIXELS, measure } from '../pictures/encode.ts';
import { edit, type Edit, type Edited } from './edit.ts';

/** The width that a picture is decoded to, to see whether it can be; in pixels. */
const PROBE_WIDTH = 160;

/**
 * Gives a product its picture, in place of the one it has.
 *
 * @throws DomainError where the bytes are no picture, it is too large, or as {@link edit} does
 */
export async function setPicture(
  inventory: Inventory,
  about: Edit,
  bytes: Buffer,
): Promise<Edited> {
  const { pictures } = inventory.catalogue;
  const picture = await read(bytes);
  const _id = about.productId;
  return edit(inventory, about, async (stored, session) => {
    const old = await pictures.findOne({ _id }, { session, projection: { etag: 1, replaces: 1 } });
    if (stored.hasImage && old?.etag === picture.etag) return undefined;
    const replaces = old ? (old.replaces ?? old.etag) : '';
    await pictures.replaceOne({ _id }, { ...picture, replaces }, { session, upsert: true });
    return {
      what: 'picture',
      changes: [
        {
          field: 'picture',
          before: stored.hasImage && old ? hashOf(old.etag) : null,
          after: hashOf(picture.etag),
        },
      ],
      set: { hasImage: true, importedImage: importedImageOf(stored) },
    };
  });
}

/** Takes the picture of a product away, and what was said of it. */
export async function removePicture(inventory: Inventory, about: Edit): Promise<Edited> {
  const { pictures } = inventory.catalogue;
  const _id = about.productId;
  return edit(inventory, about, async (stored, session) => {
    if (!stored.hasImage) return undefined;
    const old = await pictures.findOneAndDelete({ _id }, { session, projection: { etag: 1 } });
    return {
      what: 'picture',
      changes: [{ field: 'picture', before: old ? hashOf(old.etag) : null, after: null }],
      set: { hasImage: false, importedImage: importedImageOf(stored) },
      unset: ['pictureAlt'],
    };
  });
}

/** What the imports have said of the picture stays known, so that the same again is no news. */
function importedImageOf({ importedImage, hasImage }: CatalogueDocument): boolean {
  return importedImage ?? hasImage;
}

async function read(bytes: Buffer): Promise<Omit<PictureDocument, '_id'>> {
  const type = typeOf(bytes);
  if (type === undefined)
    throw new DomainError(
      'unsupported-media-type',
      'no-picture',
      'The file is no PNG, JPEG, WebP, AVIF or GIF picture by its first bytes. Convert it to one of these.',
    );
  const measures = await measure(type, bytes);
  if (isTooLarge(measures))
    throw new DomainError(
      'invalid',
      'picture-too-large',
      `The picture is ${measures.width} by ${measures.height}, more than ${MAX_PIXELS} pixels. Scale it down.`,
    );
  if (measures.width === 0 || !(await encode(bytes, PROBE_WIDTH, 'webp')))
    throw new DomainError(
      'invalid',
      'broken-picture',
      'The picture cannot be decoded: the file is broken or cut off. Save it anew.',
    );
  return { type, bytes: new Binary(bytes), etag: etagOf(type, bytes), ...measures };
}

/** @throws DomainError, which says how large a picture may be */
export function pictureOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body) && body.length > 0) return body;
  throw new DomainError(
    'invalid',
    'no-body',
    `body: must be the bytes of the picture, at most ${MAX_PICTURE_BYTES}`,
  );
}
