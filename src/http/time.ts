/** Times as clients see them. */
import { LATEST_AT } from '../bus/index.ts';

/**
 * A time in ms since the epoch as ISO 8601. What was stored before such times were refused, and is no
 * date, is shown as the nearest one, since a page must not break over it.
 */
export function toIso(at: number): string {
  return new Date(Math.min(Math.max(0, at || 0), LATEST_AT)).toISOString();
}
