/** Pictures from files, found by the product's id and believed by their first bytes; and how they are stored. */
import { readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, parse } from 'node:path';
import { Binary } from 'mongodb';
import { etagOf } from '#host';
import type { Catalogue, PictureDocument } from '../catalogue/store.ts';
import { isTooLarge, MAX_PIXELS, measure } from '../pictures/encode.ts';
import { messageOf } from './message.ts';

/** The largest picture that is taken, in bytes. */
export const MAX_PICTURE_BYTES = 2 * 1024 * 1024;

/** What a picture file of a user may be called; SVG is not among them, since it can hold scripts. */
const EXTENSIONS = ['webp', 'png', 'jpg', 'jpeg', 'avif', 'gif'];

export interface Picture {
  /** Media type. */
  type: string;
  bytes: Uint8Array;
}

/** Gives the picture of a product, undefined where there is none, or why it cannot be taken. */
export type PictureSource = (
  productId: string,
) => Promise<Picture | undefined | { problem: string }>;

export interface PictureFiles {
  take: PictureSource;
  /** The files that no product has taken so far, in the order of their names. */
  left(): string[];
}

/**
 * Takes pictures from `DIRECTORY/PRODUCT_ID.EXTENSION`, the extension in whatever case; with `svg`,
 * which is for pictures of our own, those too.
 */
export function picturesIn(directory: string, { svg = false } = {}): PictureFiles {
  const files = readdirSync(directory).filter((name) => !name.startsWith('.'));
  return pictureFiles(files, (name) => readIn(directory, name), { svg });
}

/** Takes pictures of these files, by their names; `read` gives the bytes of one. */
export function pictureFiles(
  files: readonly string[],
  read: (name: string) => Promise<Buffer | { problem: string }>,
  { svg = false } = {},
): PictureFiles {
  const extensions = svg ? [...EXTENSIONS, 'svg'] : EXTENSIONS;
  const sorted = files.toSorted();
  const byProduct = Map.groupBy(sorted, (name) => parse(name).name);
  const left = new Set(sorted);
  return {
    left: () => [...left],
    async take(productId) {
      const names = byProduct.get(productId) ?? [];
      const [name] = names
        .filter((one) => extensions.includes(extensionOf(one)))
        .toSorted(
          (a, b) => extensions.indexOf(extensionOf(a)) - extensions.indexOf(extensionOf(b)),
        );
      for (const taken of name === undefined ? names : [name]) left.delete(taken);
      if (name !== undefined) return identify(name, read);
      if (names.length === 0) return undefined;
      return { problem: `${names.join(', ')} is no ${extensions.join(', ')}; convert it` };
    },
  };
}

const extensionOf = (name: string): string => extname(name).slice(1).toLowerCase();

async function readIn(directory: string, name: string): Promise<Buffer | { problem: string }> {
  const path = join(directory, name);
  const stat = statSync(path);
  if (!stat.isFile()) return { problem: `${name} is no file` };
  if (stat.size > MAX_PICTURE_BYTES) return { problem: tooLarge(name) };
  return readFile(path);
}

/** What is said of a picture file that holds too much. */
export const tooLarge = (name: string): string =>
  `${name} is larger than ${MAX_PICTURE_BYTES} bytes; scale it down`;

async function identify(
  name: string,
  read: (name: string) => Promise<Buffer | { problem: string }>,
): Promise<Picture | { problem: string }> {
  let bytes: Buffer | { problem: string };
  try {
    bytes = await read(name);
  } catch (error) {
    return { problem: `${name} cannot be read: ${messageOf(error)}` };
  }
  if ('problem' in bytes) return bytes;
  const type = extensionOf(name) === 'svg' ? 'image/svg+xml' : typeOf(bytes);
  if (type) return { type, bytes };
  return { problem: `${name} is no WebP, PNG, JPEG, AVIF or GIF picture by its first bytes` };
}

/** The media type of a picture by its first bytes, or undefined. */
export function typeOf(bytes: Buffer): string | undefined {
  const at = (start: number, end: number): string => bytes.toString('latin1', start, end);
  if (at(0, 4) === 'RIFF' && at(8, 12) === 'WEBP') return 'image/webp';
  if (at(0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png';
  if (at(0, 3) === '\xff\xd8\xff') return 'image/jpeg';
  if (at(4, 8) === 'ftyp' && /^avi[fs]$/.test(at(8, 12))) return 'image/avif';
  if (/^GIF8[79]a$/.test(at(0, 6))) return 'image/gif';
  return undefined;
}

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
  /** Gets each that cannot be taken. */
  report: (productId: string, problem: string) => void;
}

/** Takes the pictures of products from a source. */
export async function storePictures(
  catalogue: Catalogue,
  { productIds, source, dryRun, report }: Pictures,
): Promise<StoredPictures> {
  const pictured = new Set<string>();
  let unwritten = new Map<string, Picture>();
  let bytes = 0;
  let written = 0;
  const flush = async (): Promise<void> => {
    const replacements = await replacementsOf(catalogue, unwritten, (productId, problem) => {
      pictured.delete(productId);
      report(productId, problem);
    });
    written += replacements.length;
    unwritten = new Map();
    bytes = 0;
    if (dryRun || replacements.length === 0) return;
    await catalogue.pictures.bulkWrite(
      replacements.map(({ _id, ...replacement }) => ({
        replaceOne: { filter: { _id }, replacement, upsert: true },
      })),
      { ordered: false },
    );
    await catalogue.cache.dropWritten(replacements.map(({ _id }) => _id));
  };
  for (const productId of productIds) {
    const picture = await source(productId);
    if (picture === undefined) continue;
    if ('problem' in picture) {
      report(productId, picture.problem);
      continue;
    }
    pictured.add(productId);
    unwritten.set(productId, picture);
    bytes += picture.bytes.length;
    if (bytes >= WRITE_AT_BYTES) await flush();
  }
  await flush();
  return { pictured, written };
}

/** The documents of pictures that are new or changed, without those that are too large to be decoded. */
async function replacementsOf(
  { pictures }: Catalogue,
  given: ReadonlyMap<string, Picture>,
  report: Pictures['report'],
): Promise<PictureDocument[]> {
  const ids = [...given.keys()];
  const stored = await pictures
    .find({ _id: { $in: ids } }, { projection: { etag: 1, replaces: 1 } })
    .toArray();
  // One that the operator has put in place of the last import's stays, until the import brings another.
  const known = new Map(stored.map(({ _id, etag, replaces = etag }) => [_id, replaces]));
  const replacements: PictureDocument[] = [];
  for (const [_id, { type, bytes }] of given) {
    const etag = etagOf(type, bytes);
    if (known.get(_id) === etag) continue;
    const measures = await measure(type, bytes);
    if (isTooLarge(measures))
      report(
        _id,
        `its picture is ${measures.width} by ${measures.height}, more than ${MAX_PIXELS} pixels; scale it down`,
      );
    else replacements.push({ _id, type, bytes: new Binary(bytes), etag, ...measures });
  }
  return replacements;
}
