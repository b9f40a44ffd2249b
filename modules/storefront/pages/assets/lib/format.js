/** Amounts and times as people read them. */

/**
 * @param {string} name
 * @returns {string}
 */
function setting(name) {
  return document.querySelector(`meta[name="${name}"]`)?.getAttribute('content') ?? '';
}

/** The currency of prices, by ISO 4217. */
export const CURRENCY = setting('currency');

/** Decimals of the unit that prices count in. */
const DECIMALS = Number(setting('currency-decimals'));

/**
 * An amount in the smallest unit, with its currency.
 *
 * @param {number} amount
 * @param {string} [currency]
 * @param {number} [decimals] that the smallest unit had, where the shop may count otherwise now
 */
export function money(amount, currency = CURRENCY, decimals = DECIMALS) {
  return new Intl.NumberFormat(undefined, {
    style: 'currency',
    currency,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(amount / 10 ** decimals);
}

/**
 * An amount as a number field shows it: `6.49`.
 *
 * @param {number} amount in the smallest unit
 */
export function toField(amount) {
  return (amount / 10 ** DECIMALS).toFixed(DECIMALS);
}

/**
 * What a number field holds, in the smallest unit; undefined where it is empty or no number.
 *
 * @param {string} text
 * @param {number} [decimals] of that unit
 * @returns {number | undefined}
 */
export function fromField(text, decimals = DECIMALS) {
  const value = Math.round(Number(text) * 10 ** decimals);
  return text.trim() === '' || !Number.isSafeInteger(value) ? undefined : value;
}

/** The step of a number field that holds an amount. */
export const FIELD_STEP = 1 / 10 ** DECIMALS;

/**
 * @param {string | number} at ISO 8601, or ms since the epoch
 */
export function dateTime(at) {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(at),
  );
}

/**
 * The time of day, to the millisecond.
 *
 * @param {string | number} at
 */
export function timeOfDay(at) {
  return new Intl.DateTimeFormat(undefined, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
  }).format(new Date(at));
}

/**
 * A length of time: `350 ms`, `12 s`, `3 min`, `5 h`, `2 d`.
 *
 * @param {number} ms
 */
export function duration(ms) {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 86_400_000) return `${Math.round(ms / 3_600_000)} h`;
  return `${Math.round(ms / 86_400_000)} d`;
}

/** @param {number} value */
export function count(value) {
  return new Intl.NumberFormat().format(value);
}
