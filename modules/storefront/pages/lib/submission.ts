/**
 * An order that was confirmed and is not answered. Its key is kept until the answer is there, so that a
 * reload, a double click, a second tab or a lost connection never orders twice.
 */
import { signal } from '@preact/signals';
import type { OrderRequest } from '../../../orders/api.ts';
import { randomKey } from './key.ts';
import { readLines, type Line } from './line.ts';

/** What an order is sent as, and the key that names it. */
export interface Submission {
  key: string;
  /** When it was confirmed, in ms since the epoch. */
  at: number;
  /** Whether the shop may have it: it was sent, and no answer came. */
  sent: boolean;
  request: OrderRequest;
}

/** Where it is kept: what all tabs of a browser share. */
type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const KEY = 'millrace.attempt';

/** What this browser has not had an answer to; none on the server. */
export const waiting = signal<Submission | undefined>(undefined);

/** Reads what waits, now and whenever another tab changes it; gives what stops that. */
export function watchWaiting(): () => void {
  read();
  const onStorage = ({ key }: StorageEvent) => {
    if (key === KEY || key === null) read();
  };
  addEventListener('storage', onStorage);
  return () => removeEventListener('storage', onStorage);
}

function read(): void {
  waiting.value = unanswered();
}

/** What was confirmed and is not answered yet. */
export function unanswered(store: Store = localStorage): Submission | undefined {
  let stored: Partial<Submission> | null;
  try {
    stored = JSON.parse(store.getItem(KEY) ?? 'null') as Partial<Submission> | null;
  } catch {
    return undefined;
  }
  const { key, at, sent, request } = stored ?? {};
  if (typeof key !== 'string' || typeof at !== 'number' || typeof request !== 'object')
    return undefined;
  const items = readLines(JSON.stringify(request?.items ?? []));
  if (items.length === 0) return undefined;
  return { key, at, sent: sent === true, request: { ...request, items } };
}

/** The submission of a request: the one that is not answered yet where it is of the same. */
export function submission(request: OrderRequest, store: Store = localStorage): Submission {
  const before = unanswered(store);
  if (before && isSame(before.request, request)) return before;
  const made = { key: randomKey(), at: Date.now(), sent: false, request };
  keep(made, store);
  return made;
}

/** Notes that the shop may have it from now on. */
export function markSent(submitted: Submission, store: Store = localStorage): void {
  keep({ ...submitted, sent: true }, store);
}

/** Forgets a submission, now that its answer is there; gives false where another tab has done it already. */
export function forget({ key }: Submission, store: Store = localStorage): boolean {
  if (unanswered(store)?.key !== key) return false;
  store.removeItem(KEY);
  waiting.value = undefined;
  return true;
}

/** Forgets whatever waits: it holds the address of whoever leaves this browser. */
export function forgetAll(store: Store = localStorage): void {
  store.removeItem(KEY);
  waiting.value = undefined;
}

/** Whether two requests order the same, with the same contact and delivery. */
export function isSame(one: OrderRequest, other: OrderRequest): boolean {
  return (
    isSameCart(one.items, other.items) &&
    spelled(one.contact) === spelled(other.contact) &&
    spelled(one.delivery) === spelled(other.delivery)
  );
}

/** Whether two carts hold the same, in whatever order. */
export function isSameCart(some: readonly Line[], others: readonly Line[]): boolean {
  const quantities = new Map(others.map(({ productId, quantity }) => [productId, quantity]));
  return (
    some.length === others.length &&
    some.every(({ productId, quantity }) => quantities.get(productId) === quantity)
  );
}

function keep(kept: Submission, store: Store): void {
  store.setItem(KEY, JSON.stringify(kept));
  waiting.value = kept;
}

/** A value written so that the order of its fields does not matter. */
function spelled(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${name}:${spelled(field)}`).join()}}`;
}
