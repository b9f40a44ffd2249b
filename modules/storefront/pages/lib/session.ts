/** Whose browser this is. The token stays in a cookie that no script can read. */
import { signal } from '@preact/signals';
import type { CurrentSession } from '../../../gateway/api.ts';
import { Problem, request } from './http.ts';
import { forgetAll } from './submission.ts';

export type Session = CurrentSession;

/** Holds of what kind the session of this browser is, so that nobody asks for it where there is none. */
const KIND = 'millrace.session';

/** The customer who is signed in, as far as this page knows; null for guests and visitors. */
export const customer = signal<Session | null>(null);

/** Where this tab keeps what was typed into the checkout. */
export const TYPED_KEY = 'millrace.checkout';

let current: Promise<Session | null> | undefined;

/** Whether the page was asked for with a cookie: a session from before this browser noted its kind. */
let cameWithCookies = false;

/** Asks who is signed in where somebody was; a mere visitor costs no request. */
export function openSession(hasCookies: boolean): void {
  cameWithCookies = hasCookies;
  if (localStorage.getItem(KIND) === 'customer') void currentSession().catch(() => null);
}

/** The session of this browser, or null where it has none. */
export async function currentSession(): Promise<Session | null> {
  if (!cameWithCookies && localStorage.getItem(KIND) === null) return null;
  current ??= request<Session>('/api/sessions/current')
    .catch((error: unknown) => {
      if (error instanceof Problem && error.status === 401) return null;
      current = undefined;
      throw error;
    })
    .then(note);
  return current;
}

/** Asks again whose session it is. */
export function refreshSession(): Promise<Session | null> {
  forget();
  return currentSession();
}

function note(session: Session | null): Session | null {
  customer.value = session?.kind === 'customer' ? session : null;
  if (session) localStorage.setItem(KIND, session.kind);
  else {
    localStorage.removeItem(KIND);
    cameWithCookies = false;
  }
  return session;
}

/** Calls the API in the name of this browser, for which a guest's session begins where there is none. */
export async function send<T>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<T> {
  if (!(await currentSession())) await begin();
  try {
    return await sendWithToken(method, path, body, headers);
  } catch (error) {
    if (!isOutdated(error)) throw error;
    if (!(await refreshSession())) await begin();
    return sendWithToken(method, path, body, headers);
  }
}

/** Calls the API in the name of whoever is signed in, if anybody is. */
export async function sendAsIs<T>(method: string, path: string, body?: unknown): Promise<T> {
  try {
    return await sendWithToken(method, path, body);
  } catch (error) {
    if (!isOutdated(error)) throw error;
    forget();
    return sendWithToken(method, path, body);
  }
}

/** Begins a session: with an account's email and password, or without them a guest's. */
export async function begin(account?: { email: string; password: string }): Promise<void> {
  await sendAsIs('POST', '/api/sessions', account);
  await openBegun();
}

/** Goes on as the same guest, with a session that knows this browser and network. */
export async function continueAsGuest(): Promise<void> {
  await sendAsIs('POST', '/api/sessions', { continue: true });
  forget();
}

/** Makes an account of this browser's session, which keeps its orders. */
export async function register(account: {
  email: string;
  password: string;
  name?: string;
}): Promise<void> {
  await sendAsIs('POST', '/api/accounts', account);
  await openBegun();
}

/** Ends the session of this browser, and forgets the address that was typed or sent. */
export async function signOut(): Promise<void> {
  await sendAsIs('DELETE', '/api/sessions/current');
  sessionStorage.removeItem(TYPED_KEY);
  forgetAll();
  current = Promise.resolve(note(null));
}

/** Asks for the session that was begun just now. */
async function openBegun(): Promise<void> {
  localStorage.setItem(KIND, 'guest');
  await refreshSession();
}

function forget(): void {
  current = undefined;
}

async function sendWithToken<T>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<T> {
  const session = await currentSession();
  const token = session && { 'x-csrf-token': session.csrfToken };
  return request(path, { method, body, headers: { ...headers, ...token } });
}

/** Whether the session has ended, or another tab has begun one, since this page asked for it. */
function isOutdated(error: unknown): boolean {
  if (!(error instanceof Problem)) return false;
  return /^(invalid-session|no-session|fst-csrf.*)$/.test(error.slug);
}
