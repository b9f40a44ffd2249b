/** Amounts and times as people read them. */
import type { Frame } from './page.ts';

/** Of the page that is rendered: set before it is, which no other rendering interrupts. */
let settings: Pick<Frame, 'locale' | 'currency' | 'decimals'> = {
  locale: 'en',
  currency: 'EUR',
  decimals: 2,
};

/** Says in which language and currency the page that is rendered next writes. */
export function setFormats(frame: typeof settings): void {
  settings = frame;
}

/** Formats by what they are of: to make one takes longer than to use it a hundred times. */
const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function formatOf<T extends Intl.NumberFormat | Intl.DateTimeFormat>(
  make: (locale: string) => T,
  kind: string,
  options: object,
): T {
  const name = `${settings.locale} ${kind} ${JSON.stringify(options)}`;
  const format = (formats.get(name) as T | undefined) ?? make(settings.locale);
  formats.set(name, format);
  return format;
}

const numbers = (options: Intl.NumberFormatOptions = {}): Intl.NumberFormat =>
  formatOf((locale) => new Intl.NumberFormat(locale, options), 'number', options);

const times = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  formatOf((locale) => new Intl.DateTimeFormat(locale, options), 'time', options);

/** The currency of prices, by ISO 4217. */
export const currency = () => settings.currency;

/** The decimals of prices. */
export const priceDecimals = () => settings.decimals;

/** An amount in the smallest unit, with its currency; `decimals` are those that this unit had. */
export function money(
  amount: number,
  inCurrency = settings.currency,
  decimals = settings.decimals,
): string {
  return numbers({
    style: 'currency',
    currency: inCurrency,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(amount / 10 ** decimals);
}

/** An amount in the smallest unit as a number field shows it: `6.49`. */
export function toField(amount: number): string {
  return (amount / 10 ** settings.decimals).toFixed(settings.decimals);
}

/** What a number field holds, in the smallest unit; undefined where it is empty or no number. */
export function fromField(text: string, decimals = settings.decimals): number | undefined {
  const value = Math.round(Number(text) * 10 ** decimals);
  return text.trim() === '' || !Number.isSafeInteger(value) ? undefined : value;
}

/** The step of a number field that holds an amount. */
export const fieldStep = () => 1 / 10 ** settings.decimals;

/** A day and a time, of ISO 8601 or ms since the epoch. */
export function dateTime(at: string | number): string {
  return times({
    dateStyle: 'medium',
    timeStyle: 'short',
  }).format(new Date(at));
}

/** The time of day, to the millisecond. */
export function timeOfDay(at: string | number): string {
  return times({
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
  }).format(new Date(at));
}

/** The time of day, to the minute, or to the second. */
export function clock(at: number, isFull: boolean): string {
  return new Intl.DateTimeFormat(settings.locale, {
    hour: '2-digit',
    minute: '2-digit',
    ...(isFull && { second: '2-digit' }),
    hourCycle: 'h23',
  }).format(at);
}

/** A day of the calendar, YYYY-MM-DD, without its year or with it. */
export function calendarDay(day: string, isFull: boolean): string {
  return new Intl.DateTimeFormat(settings.locale, {
    timeZone: 'UTC',
    ...(isFull ? { dateStyle: 'medium' } : { month: 'short', day: 'numeric' }),
  }).format(new Date(`${day}T00:00:00Z`));
}

/** The time zone of whoever looks, by its IANA name. */
export const timeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** How often something happens: `0.4/s`, `120/s`. */
export function rate(perSecond: number): string {
  return `${significant(perSecond)}/s`;
}

/** A short length of time, to three digits: `4.25 ms`, `1.3 s`. */
export function shortDuration(ms: number): string {
  return ms < 1000 ? `${significant(ms)} ms` : `${significant(ms / 1000)} s`;
}

/** A part of a whole: `62 %`. */
export function share(part: number): string {
  return new Intl.NumberFormat(settings.locale, { style: 'percent' }).format(part);
}

function significant(value: number): string {
  return new Intl.NumberFormat(settings.locale, { maximumSignificantDigits: 3 }).format(value);
}

/** A length of time in ms: `350 ms`, `12 s`, `3 min`, `5 h`, `2 d`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 86_400_000) return `${Math.round(ms / 3_600_000)} h`;
  return `${Math.round(ms / 86_400_000)} d`;
}

export function count(value: number): string {
  return numbers().format(value);
}

/** A number of things: `1 product`, `1,200 products`; `many` where an s makes no plural. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A size in bytes: `350 B`, `12 kB`, `3.4 MB`. */
export function bytes(size: number): string {
  const [unit, per] =
    size < 1000
      ? (['B', 1] as const)
      : size < 1e6
        ? (['kB', 1e3] as const)
        : (['MB', 1e6] as const);
  const digits = { maximumFractionDigits: unit === 'MB' ? 1 : 0 };
  return `${new Intl.NumberFormat(settings.locale, digits).format(size / per)} ${unit}`;
}
