/** Days of the statistics, of the shop's time zone, written YYYY-MM-DD. */
import { DomainError } from '#host';

export const DAY_MS = 86_400_000;
/** Days that are shown where nothing else is asked for, and at most. */
export const DEFAULT_DAYS = 30;
export const MAX_DAYS = 366;

/**
 * Days of the calendar, both included, each counted from 1 January 1970. When one begins is a matter of
 * the time zone: it may have 23 hours or 25.
 */
export interface Days {
  first: number;
  last: number;
  timeZone: string;
}

/** A day as it is written. */
export function toText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/**
 * The days from `from` to `to`. Where one is not given, there are {@link DEFAULT_DAYS} of them; where
 * neither is, they end with the day that it is in the time zone at `now`, in ms since the epoch.
 *
 * @throws DomainError 400 where one is not in the calendar, they are the wrong way round, or too many
 */
export function daysOf(
  { from, to }: { from?: string | undefined; to?: string | undefined },
  now: number,
  timeZone: string,
): Days {
  const given = from === undefined ? undefined : toDay(from);
  // Swedes write a day as ISO 8601 does.
  const today = toDay(new Intl.DateTimeFormat('sv-SE', { timeZone }).format(now));
  const last = to === undefined ? Math.min(today, (given ?? today) + DEFAULT_DAYS - 1) : toDay(to);
  const first = given ?? last - DEFAULT_DAYS + 1;
  if (first > last) throw invalid('from comes after to, or after today');
  if (last - first >= MAX_DAYS) throw invalid(`these are more than ${MAX_DAYS} days`);
  return { first, last, timeZone };
}

function toDay(text: string): number {
  const day = Date.parse(`${text}T00:00:00Z`) / DAY_MS;
  // A date that the calendar does not have becomes none, or another one.
  if (!Number.isInteger(day) || toText(day) !== text) throw invalid(`there is no day ${text}`);
  return day;
}

function invalid(what: string): DomainError {
  return new DomainError('invalid', 'invalid-days', `The days do not fit: ${what}.`);
}
