/** The files of an import as they are sent: each goes to a temporary file as it comes, never whole into memory. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Multipart } from '@fastify/multipart';
import { DomainError } from '#host';
import { loadShipped, readMapping, shippedMappings, type Mapping } from './mapping.ts';
import { picturesInZip, type PictureZip } from './zip.ts';

/** The largest file of products, and of pictures, in bytes. */
export const MAX_PRODUCTS_BYTES = 256 * 1024 * 1024;
export const MAX_PICTURES_BYTES = 1024 * 1024 * 1024;
/** The longest mapping, in bytes. */
export const MAX_MAPPING_BYTES = 65_536;
/** How long files may take to come, in ms: a gigabyte on a slow line. */
export const UPLOAD_MS = 1_800_000;

/** What was sent, ready to be imported. */
export interface Upload {
  products: { path: string; name: string; bytes: number };
  pictures: PictureZip | undefined;
  /** Undefined: the file holds JSON. */
  mapping: Mapping | undefined;
  /** Its name, or that it came along. */
  mappingName: string | null;
  /** Takes the files away. */
  remove(): Promise<void>;
}

/**
 * Receives the parts `products`, `pictures` and `mapping`, in whatever order.
 *
 * @throws DomainError where one is missing, unknown, too large, or not what it should be; then nothing is left
 */
export async function receive(parts: AsyncIterable<Multipart>): Promise<Upload> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-import-'));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const { files, mappingText } = await store(parts, directory);
    const products = files.get('products');
    if (!products || products.bytes === 0) throw wrong('no-products', NO_PRODUCTS);
    const mapping = mappingOf(mappingText, products.name);
    const zip = files.get('pictures');
    const pictures = zip && (await picturesInZip(zip.path, zip.bytes));
    return {
      products,
      pictures,
      ...mapping,
      async remove() {
        pictures?.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

type Files = Map<string, Upload['products']>;

async function store(parts: AsyncIterable<Multipart>, directory: string) {
  const files: Files = new Map();
  const signal = AbortSignal.timeout(UPLOAD_MS);
  let mappingText: string | undefined;
  for await (const part of parts) {
    const { fieldname } = part;
    if (part.type === 'field' && fieldname === 'mapping') {
      if (part.valueTruncated) throw wrong('wrong-mapping', 'The mapping is too long.');
      mappingText = String(part.value);
    } else if (part.type === 'file' && (fieldname === 'products' || fieldname === 'pictures')) {
      if (files.has(fieldname)) throw wrong('part-twice', `Send one file as ${fieldname}.`);
      const path = join(directory, fieldname);
      const limit = fieldname === 'products' ? MAX_PRODUCTS_BYTES : MAX_PICTURES_BYTES;
      await pipeline(part.file, atMost(limit, fieldname), createWriteStream(path), { signal });
      if (part.file.truncated) throw tooLarge(fieldname, limit);
      const { size: bytes } = await stat(path);
      // Browsers say `blob` or nothing where it has no name.
      files.set(fieldname, { path, name: (part.filename || fieldname).slice(0, 200), bytes });
    } else {
      if (part.type === 'file') part.file.resume();
      throw wrong(
        'unknown-part',
        `There is no part ${fieldname} here; there are the files products and pictures, and the field mapping.`,
      );
    }
  }
  return { files, mappingText };
}

function atMost(limit: number, part: string) {
  return async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > limit) throw tooLarge(part, limit);
      yield chunk;
    }
  };
}

function mappingOf(
  text: string | undefined,
  file: string,
): Pick<Upload, 'mapping' | 'mappingName'> {
  if (text === undefined || text.trim() === '') {
    if (!/\.(?:csv|tsv)$/iu.test(file)) return { mapping: undefined, mappingName: null };
    throw wrong(
      'no-mapping',
      `A CSV file needs a mapping, which says what its columns hold: ${shippedMappings().join(', ')}, or JSON of your own.`,
    );
  }
  const shipped = loadShipped(text);
  const mapping = shipped ?? readMapping('that came along', () => text);
  if ('problem' in mapping) throw wrong('wrong-mapping', mapping.problem);
  return { mapping, mappingName: shipped ? text : 'of your own' };
}

const NO_PRODUCTS =
  'Send a file of products as the part products: one product a line as JSON, or CSV with a mapping.';

function wrong(slug: string, message: string): DomainError {
  return new DomainError('invalid', slug, message);
}

function tooLarge(part: string, limit: number): DomainError {
  return new DomainError(
    'too-large',
    'file-too-large',
    `The file of ${part} is larger than ${limit} bytes. Split it, and import the parts.`,
  );
}
