/** What lists and products say of pictures, so that a page can write its mark-up at once. */
import { Type, type Static } from 'typebox';
import { chunk } from '#host';
import type { Catalogue } from '../catalogue/store.ts';
import { measure, widthsOf } from './encode.ts';

export const ShownPicture = Type.Object(
  {
    hash: Type.String({ description: 'Names its bytes: another picture has another' }),
    width: Type.Integer({ description: 'In pixels, as it is shown' }),
    height: Type.Integer(),
    widths: Type.Array(Type.Integer(), {
      description:
        'The widths that it is there in, as `/api/pictures/{hash}/{width}.avif` and `.webp`. None: it is an SVG, or moves, and is `/api/pictures/{hash}/original` alone',
    }),
  },
  { description: 'A picture by its content' },
);
export type ShownPicture = Static<typeof ShownPicture>;

/** Pictures that are measured between two notices to the cache. */
const BATCH = 50;

/** What the index has of a picture, so that its bytes are not read. */
const DESCRIBED = { etag: 1, width: 1, height: 1, widest: 1 } as const;

export const hashOf = (etag: string): string => etag.slice(1, -1);
export const etagOfHash = (hash: string): string => `"${hash}"`;

/** The pictures of products that can be described: those whose header could be read. */
export async function describePictures(
  { pictures }: Catalogue,
  productIds: readonly string[],
): Promise<Map<string, ShownPicture>> {
  if (productIds.length === 0) return new Map();
  const found = await pictures
    .find({ _id: { $in: [...productIds] } }, { projection: DESCRIBED })
    .toArray();
  return new Map(
    found.flatMap(({ _id, etag, width = 0, height = 0, widest = 0 }) =>
      width === 0
        ? []
        : [[_id, { hash: hashOf(etag), width, height, widths: widthsOf({ widest }) }]],
    ),
  );
}

/**
 * Measures the pictures that an earlier Millrace has stored, which did not. Several processes may do it at
 * once, and one that was stopped is made good by the next: each write stands by itself.
 */
export async function measureStored({ pictures, cache }: Catalogue): Promise<void> {
  for await (const batch of chunk(pictures.find({ width: null as never }), BATCH)) {
    for (const { _id, etag, type, bytes } of batch)
      await pictures.updateOne({ _id, etag }, { $set: await measure(type, bytes.buffer) });
    await cache.dropWritten(batch.map(({ _id }) => _id));
  }
}
