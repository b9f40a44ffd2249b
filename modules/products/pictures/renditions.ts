/**
 * Renditions: a picture in one width and format. Each is made when it is asked for first, and stored beside
 * the picture; so what nobody looks at costs nothing, and nothing is made anew after a restart.
 */
import { availableParallelism } from 'node:os';
import { LRUCache } from 'lru-cache';
import { Binary, type Collection, type IndexDescription } from 'mongodb';
import { chunk } from '#host';
import type { Catalogue, PictureDocument } from '../catalogue/store.ts';
import { etagOfHash, hashOf } from './describe.ts';
import { encode, FORMATS, widthsOf, type Format } from './encode.ts';

/** How much of them a process keeps in its memory, in bytes. */
const MEMORY_BYTES = 32 * 1024 * 1024;
/** What one takes there besides its bytes, about, in bytes. */
const OVERHEAD = 500;

/** Made at once: a thread of Node.js's four each, and never all cores, so that orders go on. */
const AT_ONCE = Math.max(1, Math.min(2, availableParallelism() - 1));
/** How many may wait for that: two pages of a list. Who asks for more gets the picture as it is. */
const MAX_WAITING = 200;

/** How long the renditions of a picture stay that no product has any more, in ms: pages may be open. */
const UNUSED_MS = 86_400_000;
/** Pictures that are looked up at once. */
const BATCH = 500;

const NAME = /^(?<width>[1-9]\d{0,3})\.(?<format>avif|webp)$/;
const HASH = /^[\w-]{43}$/;

export interface RenditionDocument {
  /** `<hash>/<width>.<format>`. */
  _id: string;
  hash: string;
  /** Without them the picture cannot be decoded, and is shown as it is. */
  bytes?: Binary;
  /** When it was seen that no product has the picture any more. */
  unusedSince?: Date;
}

export const renditionIndexes: IndexDescription[] = [{ name: 'hash', key: { hash: 1 } }];

/** What is answered. */
export interface Rendition {
  /** Media type. */
  type: string;
  bytes: Buffer;
  /** It stands for one that could not be made now, because too many are. */
  isSubstitute?: true;
}

export interface Renditions {
  /** The picture with this hash: `original`, or in a width and a format; undefined where there is none. */
  get(hash: string, name: string): Promise<Rendition | undefined>;
  /** Removes those of pictures that no product has had for a day. */
  removeUnused(now?: number): Promise<void>;
}

export function createRenditions({ db, pictures }: Catalogue): Renditions {
  const stored = db.collection<RenditionDocument>('renditions');
  const inTurn = createQueue(AT_ONCE);
  const loading = new Map<string, Promise<Rendition | undefined>>();
  const memory = new LRUCache<string, Rendition>({
    maxSize: MEMORY_BYTES,
    sizeCalculation: ({ bytes }) => bytes.length + OVERHEAD,
  });

  async function original(hash: string): Promise<Rendition | undefined> {
    const found = await pictures.findOne({ etag: etagOfHash(hash) });
    return found ? { type: found.type, bytes: Buffer.from(found.bytes.buffer) } : undefined;
  }

  async function make(hash: string, width: number, format: Format): Promise<Rendition | undefined> {
    const _id = `${hash}/${width}.${format}`;
    const found = await stored.findOne({ _id });
    if (found?.bytes) return { type: FORMATS[format], bytes: Buffer.from(found.bytes.buffer) };
    if (found) return original(hash);
    const projection = { width: 1, widest: 1 };
    const picture = await pictures.findOne({ etag: etagOfHash(hash) }, { projection });
    if (!picture || !widthsOf({ widest: picture.widest ?? 0 }).includes(width)) return undefined;
    if (inTurn.waiting() >= MAX_WAITING) {
      const substitute = await original(hash);
      return substitute && { ...substitute, isSubstitute: true };
    }
    return inTurn.run(async () => {
      // Read in its turn, since many that wait would fill the memory.
      const source = await original(hash);
      if (!source) return undefined;
      const bytes = await encode(source.bytes, width, format);
      const $setOnInsert = { hash, ...(bytes && { bytes: new Binary(bytes) }) };
      await stored.updateOne({ _id }, { $setOnInsert }, { upsert: true });
      return bytes ? { type: FORMATS[format], bytes } : source;
    });
  }

  async function load(hash: string, name: string): Promise<Rendition | undefined> {
    if (name === 'original') return original(hash);
    const { width, format } = NAME.exec(name)?.groups ?? {};
    return width === undefined ? undefined : make(hash, Number(width), format as Format);
  }

  async function loadOnce(key: string, hash: string, name: string): Promise<Rendition | undefined> {
    try {
      const rendition = await load(hash, name);
      if (rendition && !rendition.isSubstitute) memory.set(key, rendition);
      return rendition;
    } finally {
      loading.delete(key);
    }
  }

  return {
    async get(hash, name) {
      if (!HASH.test(hash)) return undefined;
      const key = `${hash}/${name}`;
      const kept = memory.get(key);
      if (kept) return kept;
      const running = loading.get(key) ?? loadOnce(key, hash, name);
      loading.set(key, running);
      return running;
    },
    removeUnused: (now = Date.now()) => removeUnused(stored, pictures, now),
  };
}

async function removeUnused(
  stored: Collection<RenditionDocument>,
  pictures: Collection<PictureDocument>,
  now: number,
): Promise<void> {
  const hashes = stored.aggregate<{ _id: string }>([{ $group: { _id: '$hash' } }]);
  for await (const batch of chunk(hashes, BATCH)) {
    const all = batch.map(({ _id }) => _id);
    const used = (await pictures.distinct('etag', { etag: { $in: all.map(etagOfHash) } })).map(
      hashOf,
    );
    // A picture may come back.
    await stored.updateMany(
      { hash: { $in: used }, unusedSince: { $exists: true } },
      { $unset: { unusedSince: '' } },
    );
    await stored.updateMany(
      { hash: { $in: all, $nin: used }, unusedSince: { $exists: false } },
      { $set: { unusedSince: new Date(now) } },
    );
  }
  await stored.deleteMany({ unusedSince: { $lte: new Date(now - UNUSED_MS) } });
}

/** Does so much at once, and the rest in the order in which it came. */
function createQueue(atOnce: number) {
  const queue: (() => void)[] = [];
  let running = 0;
  return {
    waiting: () => queue.length,
    async run<T>(work: () => Promise<T>): Promise<T> {
      if (running < atOnce) running += 1;
      // Whoever ends hands its place on.
      else await new Promise<void>((resolve) => queue.push(resolve));
      try {
        return await work();
      } finally {
        const next = queue.shift();
        if (next) next();
        else running -= 1;
      }
    },
  };
}
