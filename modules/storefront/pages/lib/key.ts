/** Keys that name what is sent, so that sending it again does not do it again. */

/** A new key. Not by randomUUID, which browsers give to pages from https and localhost alone. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
