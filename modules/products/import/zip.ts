/** Pictures in a zip: read one at a time when its product comes, and never written as files, whatever their names. */
import { basename } from 'node:path';
import { buffer } from 'node:stream/consumers';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { DomainError } from '#host';
import { messageOf } from './message.ts';
import { MAX_PICTURE_BYTES, pictureFiles, tooLarge, type PictureFiles } from './pictures.ts';

/** Entries of a zip at most. */
export const MAX_ENTRIES = 50_000;
/** What all of them may hold when they are unpacked, in bytes, and how many times what they take packed. */
const MAX_UNPACKED_BYTES = 4 * 1024 * 1024 * 1024;
const MAX_RATIO = 200;

export interface PictureZip extends PictureFiles {
  close(): void;
}

/**
 * Opens a zip of pictures `PRODUCT_ID.EXTENSION`, in whatever folders.
 *
 * @throws DomainError where it is none, its names lead out of it, or it would unpack to too much
 */
export async function picturesInZip(path: string, size: number): Promise<PictureZip> {
  const zip = await open(path);
  try {
    const entries = await list(zip, size);
    const files = pictureFiles([...entries.keys()], (name) => read(zip, entries.get(name)!));
    return { ...files, close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw error instanceof DomainError ? error : wrong(`cannot be read: ${messageOf(error)}`);
  }
}

async function open(path: string): Promise<ZipFile> {
  try {
    return await yauzl.openPromise(path, { lazyEntries: true, autoClose: false });
  } catch (error) {
    throw wrong(`cannot be read: ${messageOf(error)}`);
  }
}

/** The files in it by their names without folders; of several with one name the first counts. */
async function list(zip: ZipFile, size: number): Promise<Map<string, Entry>> {
  if (zip.entryCount > MAX_ENTRIES)
    throw wrong(`has ${zip.entryCount} entries, more than ${MAX_ENTRIES}`);
  const entries = new Map<string, Entry>();
  let unpacked = 0;
  // The library refuses names that lead out of the zip, though nothing is unpacked here.
  for await (const entry of zip.eachEntry()) {
    unpacked += entry.uncompressedSize;
    if (unpacked > Math.min(MAX_UNPACKED_BYTES, size * MAX_RATIO))
      throw wrong('would unpack to far more than pictures do');
    const name = basename(entry.fileName);
    const isHidden = name.startsWith('.') || entry.fileName.startsWith('__MACOSX/');
    if (entry.fileName.endsWith('/') || isHidden || entries.has(name)) continue;
    entries.set(name, entry);
  }
  return entries;
}

async function read(zip: ZipFile, entry: Entry): Promise<Buffer | { problem: string }> {
  if (entry.uncompressedSize > MAX_PICTURE_BYTES) return { problem: tooLarge(entry.fileName) };
  // It ends with an error where there is more in it than it says.
  return buffer(await zip.openReadStreamPromise(entry));
}

function wrong(what: string): DomainError {
  return new DomainError(
    'invalid',
    'wrong-zip',
    `The zip of pictures ${what}. Make one with the pictures as <productId>.jpg, .png, .webp, .avif or .gif.`,
  );
}
