/** Pictures as cameras make them, made small enough to be sent. */

/** What the API takes at most, in bytes. */
const MAX_BYTES = 2 * 1024 * 1024;
/** Twice the widest that the shop shows, in pixels. */
const MAX_SIDE = 2560;
const QUALITY = 0.9;

/** The picture itself, or a smaller one where it is too large; what cannot be decoded stays, and is judged by the API. */
export async function shrink(file: File): Promise<Blob> {
  if (file.size <= MAX_BYTES) return file;
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, MAX_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext('2d')!.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const made = await new Promise<Blob | null>((resolve) => {
      canvas.toBlob(resolve, 'image/webp', QUALITY);
    });
    return made ?? file;
  } catch {
    return file;
  }
}
