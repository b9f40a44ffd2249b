/** What sharp says of a picture, and makes of it. It is loaded by the first picture, since most processes see none. */
import type * as Sharp from 'sharp';
import type { PictureDocument } from '../catalogue/store.ts';

/** The widths that pictures are made in, in pixels. */
const WIDTHS = [160, 320, 640, 1280];

/** The largest picture that is decoded, in pixels: what a camera of today makes. */
export const MAX_PIXELS = 50_000_000;

/** How long one may take, in seconds; then it is shown as it is. */
const TIMEOUT_S = 30;

/** The formats that pictures are made in, with their media types. */
export const FORMATS = { avif: 'image/avif', webp: 'image/webp' } as const;
export type Format = keyof typeof FORMATS;

export type Measures = Pick<Required<PictureDocument>, 'width' | 'height' | 'widest'>;

/** Those of a picture of which nothing can be read. */
export const UNREADABLE: Measures = { width: 0, height: 0, widest: 0 };

const load = (() => {
  let loading: Promise<typeof Sharp> | undefined;
  return async () => {
    const { default: sharp } = await (loading ??= import('sharp'));
    // Threads and memory belong to the shop: a picture is made by one thread, and nothing of it is kept.
    sharp.concurrency(1);
    sharp.cache(false);
    return sharp;
  };
})();

/** The widths that a picture is made in: never more than its own. */
export function widthsOf({ widest }: Pick<Measures, 'widest'>): number[] {
  return widest === 0 ? [] : [...WIDTHS.filter((width) => width < widest), widest];
}

export function isTooLarge({ width, height }: Measures): boolean {
  return width * height > MAX_PIXELS;
}

/** Reads the size of a picture from its header, as it is shown; {@link UNREADABLE} where that is corrupt. */
export async function measure(type: string, bytes: Uint8Array): Promise<Measures> {
  const sharp = await load();
  try {
    const { autoOrient, pages = 1 } = await sharp(bytes, { limitInputPixels: false }).metadata();
    const { width, height } = autoOrient;
    // What scales by itself, or moves, is best as it is.
    const isMade = type !== 'image/svg+xml' && pages === 1 && width * height <= MAX_PIXELS;
    return { width, height, widest: isMade ? Math.min(width, WIDTHS.at(-1)!) : 0 };
  } catch {
    return UNREADABLE;
  }
}

/**
 * Makes a picture in a width and a format: upright, in sRGB, and without its metadata. Undefined where it
 * cannot be decoded.
 */
export async function encode(
  bytes: Uint8Array,
  width: number,
  format: Format,
): Promise<Buffer | undefined> {
  const sharp = await load();
  const picture = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error' })
    .autoOrient()
    .resize({ width, withoutEnlargement: true })
    .timeout({ seconds: TIMEOUT_S });
  // AVIF with more effort takes four times as long, and is a tenth smaller.
  const encoded =
    format === 'avif' ? picture.avif({ quality: 50, effort: 2 }) : picture.webp({ quality: 75 });
  return encoded.toBuffer().catch(() => undefined);
}
