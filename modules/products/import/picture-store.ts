/** Storing the pictures of a batch, those that are stored already left as they are. */
import { createHash } from 'node:crypto';
import { Binary, type Collection } from 'mongodb';
import type { PictureDocument } from '../catalogue/store.ts';
import type { Picture, PictureSource } from './pictures.ts';

/** Pictures held in memory before they are written, in bytes. */
const WRITE_AT_BYTES = 8 * 1024 * 1024;

export interface StoredPictures {
  /** The products of which there is a picture. */
  pictured: Set<string>;
  /** How many pictures were new or changed. */
  written: number;
}

export interface Pictures {
  productIds: Iterable<string>;
  source: PictureSource;
  /** Whether they are looked at alone, and not stored. */
  dryRun: boolean;
  /** Told of each that cannot be taken. */
  report: (productId: string, problem: string) => void;
}

/** Takes the pictures of products from a source. */
export async function storePictures(
  images: Collection<PictureDocument>,
  { productIds, source, dryRun, report }: Pictures,
): Promise<StoredPictures> {
  const pictured = new Set<string>();
  let held = new Map<string, Picture>();
  let bytes = 0;
  let written = 0;
  for (const productId of productIds) {
    const picture = await source(productId);
    if (picture === undefined) continue;
    if ('problem' in picture) {
      report(productId, picture.problem);
      continue;
    }
    pictured.add(productId);
    held.set(productId, picture);
    bytes += picture.bytes.length;
    if (bytes < WRITE_AT_BYTES) continue;
    written += await write(images, held, dryRun);
    held = new Map();
    bytes = 0;
  }
  return { pictured, written: written + (await write(images, held, dryRun)) };
}

async function write(
  images: Collection<PictureDocument>,
  pictures: ReadonlyMap<string, Picture>,
  dryRun: boolean,
): Promise<number> {
  const ids = [...pictures.keys()];
  const stored = await images.find({ _id: { $in: ids } }, { projection: { etag: 1 } }).toArray();
  const known = new Map(stored.map(({ _id, etag }) => [_id, etag]));
  const replacements = [...pictures]
    .map(([_id, { type, bytes }]) => ({ _id, type, bytes, etag: etagOf(type, bytes) }))
    .filter(({ _id, etag }) => known.get(_id) !== etag)
    .map(({ _id, type, bytes, etag }) => ({
      replaceOne: {
        filter: { _id },
        replacement: { type, bytes: new Binary(bytes), etag },
        upsert: true,
      },
    }));
  if (replacements.length > 0 && !dryRun) await images.bulkWrite(replacements, { ordered: false });
  return replacements.length;
}

function etagOf(type: string, bytes: Uint8Array): string {
  return `"${createHash('sha256').update(type).update(bytes).digest('base64url').slice(0, 27)}"`;
}
