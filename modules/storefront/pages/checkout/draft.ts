/** What was typed into the checkout: kept in this tab until it is closed, never a card. */
import { signal } from '@preact/signals';
import type { Account, SavedAddress } from '../../../gateway/api.ts';
import type { OrderRequest } from '../../../orders/api.ts';
import { TYPED_KEY } from '../lib/session.ts';
import type { Line } from '../lib/line.ts';
import { valuesOf } from '../lib/validation.ts';

/** Of each field what it holds, by its name. */
export const typed = signal<Readonly<Record<string, string>>>({});

/** The fields of an address, as the API names them. */
const ADDRESS = ['name', 'line1', 'line2', 'postalCode', 'city', 'region', 'country'] as const;

/** Notes what the form holds. */
export function noteTyped(form: HTMLFormElement): void {
  typed.value = valuesOf(form);
  sessionStorage.setItem(TYPED_KEY, JSON.stringify(typed.value));
}

/** Fills the form with what was typed before; a field that holds something keeps that. */
export function fillWithTyped(form: HTMLFormElement): void {
  const { method, ...fields } = readTyped();
  const methods = form.elements.namedItem('method');
  // Where there is one alone, it is chosen.
  if (methods instanceof RadioNodeList && method !== undefined) methods.value = method;
  fillEmpty(form, fields);
}

/** Fills what is empty with what the account says. */
export function fillWithAccount(form: HTMLFormElement, account: Account): void {
  const { email, phone = '', name = '', addresses } = account;
  const hasAddress = ['line1', 'postalCode', 'city'].some((field) => fieldOf(form, field)?.value);
  if (!hasAddress && addresses[0]) fillWithAddress(form, addresses[0]);
  fillEmpty(form, { email, phone, name });
}

/** Puts an address in the place of what the form holds. */
export function fillWithAddress(form: HTMLFormElement, address: SavedAddress): void {
  for (const name of ADDRESS) setField(form, name, address[name] ?? '');
  noteTyped(form);
}

/** Fills the fields that are empty. */
export function fillEmpty(form: HTMLFormElement, values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values))
    if (fieldOf(form, name)?.value === '') setField(form, name, value);
  noteTyped(form);
}

/** The order of these lines, to be delivered by this method; without one nothing is. */
export function requestOf(lines: readonly Line[], method: string | undefined): OrderRequest {
  const items = lines.map(({ productId, quantity }) => ({ productId, quantity }));
  if (method === undefined) return { items };
  return {
    items,
    contact: { email: text('email'), ...optional('phone') },
    delivery: {
      method,
      address: {
        name: text('name'),
        line1: text('line1'),
        ...optional('line2'),
        city: text('city'),
        postalCode: text('postalCode'),
        ...optional('region'),
        country: text('country'),
      },
    },
  };
}

function text(name: string): string {
  return typed.value[name]?.trim() ?? '';
}

function optional(name: string): Record<string, string> {
  return text(name) === '' ? {} : { [name]: text(name) };
}

function setField(form: HTMLFormElement, name: string, value: string): void {
  const field = fieldOf(form, name);
  if (field) field.value = value;
}

function fieldOf(form: HTMLFormElement, name: string) {
  const field = form.elements.namedItem(name);
  return field instanceof HTMLInputElement || field instanceof HTMLSelectElement
    ? field
    : undefined;
}

function readTyped(): Record<string, string> {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(TYPED_KEY) ?? '{}');
    const fields = Object.entries(stored ?? {});
    return Object.fromEntries(fields.filter(([, value]) => typeof value === 'string'));
  } catch {
    return {};
  }
}
