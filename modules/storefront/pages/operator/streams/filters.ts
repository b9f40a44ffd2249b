/** Which entries of a stream are looked for, as the address says it: `#streams/ORDERS_STREAM//type=order.paid`. */

export interface Filters {
  /** Times in ms since the epoch, or ids of entries. */
  from?: string;
  to?: string;
  type?: string;
  key?: string;
  order: 'newest' | 'oldest';
}

const NAMES = ['from', 'to', 'type', 'key'] as const;

/** The filters that the last part of the address holds. */
export function readFilters(query = ''): Filters {
  const said = new URLSearchParams(query);
  const found = NAMES.flatMap((name) => {
    const value = said.get(name);
    return value ? [[name, value] as const] : [];
  });
  const order = said.get('order') === 'oldest' ? 'oldest' : 'newest';
  return { ...Object.fromEntries(found), order };
}

/** The filters as a query of the API. */
export function queryOf({ order, ...filters }: Filters): URLSearchParams {
  return new URLSearchParams({ ...filters, ...(order === 'oldest' && { order }) });
}

/** The address of a stream, and of those of its entries that the filters let through. */
export function hashOf(stream: string, filters: Filters = { order: 'newest' }): string {
  const query = queryOf(filters).toString();
  const of = `#streams/${encodeURIComponent(stream)}`;
  return query === '' ? of : `${of}//${encodeURIComponent(query)}`;
}

export function hashOfGroup(stream: string, group: string): string {
  return `#streams/${encodeURIComponent(stream)}/${encodeURIComponent(group)}`;
}

/** The path of the calls on a group, after `/api/admin`. */
export function pathOfGroup(stream: string, group: string): string {
  return `/streams/${encodeURIComponent(stream)}/groups/${encodeURIComponent(group)}`;
}

/** The time of a position, as a field shows it, in the time zone of the browser; empty where there is none. */
export function toTimeField(position: string | undefined): string {
  if (position === undefined) return '';
  const at = new Date(Number(position.split('-')[0]));
  if (Number.isNaN(at.getTime())) return '';
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}

/**
 * The position that a field means; the one that it showed where nobody has changed it. The last second
 * is meant whole.
 */
export function fromTimeField(
  text: string,
  shown: string | undefined,
  isLast: boolean,
): string | undefined {
  if (text === '') return undefined;
  if (text === toTimeField(shown)) return shown;
  const at = new Date(text).getTime();
  return Number.isNaN(at) ? undefined : String(isLast ? at + 999 : at);
}

/** The id that comes right after another. */
export function idAfter(id: string): string {
  const [ms = '0', sequence = '0'] = id.split('-');
  return `${ms}-${BigInt(sequence) + 1n}`;
}
