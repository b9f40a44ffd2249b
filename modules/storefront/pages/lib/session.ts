/** Whose browser this is. The token stays in a cookie that no script can read. */
import { Problem, request } from './http.ts';

export interface Session {
  userId: string;
  kind: 'guest' | 'customer';
  email?: string;
  name?: string;
  expiresAt: string;
  /** Shows that a request comes from a page of ours. */
  csrfToken: string;
}

/** Where this tab keeps what was typed into the checkout. */
export const TYPED_KEY = 'millrace.checkout';

let current: Promise<Session | null> | undefined;

/** The session of this browser, or null where it has none. */
export function currentSession(): Promise<Session | null> {
  current ??= request<Session>('/api/sessions/current').catch((error: unknown) => {
    if (error instanceof Problem && error.status === 401) return null;
    current = undefined;
    throw error;
  });
  return current;
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
    forget();
    if (!(await currentSession())) await begin();
    return sendWithToken(method, path, body, headers);
  }
}

/** Begins a session: with an account's email and password, or without them a guest's. */
export async function begin(account?: { email: string; password: string }): Promise<void> {
  await sendWithToken('POST', '/api/sessions', account);
  forget();
}

/** Goes on as the same guest, with a session that knows this browser and network. */
export async function continueAsGuest(): Promise<void> {
  await sendWithToken('POST', '/api/sessions', { continue: true });
  forget();
}

/** Makes an account of this browser's session, which keeps its orders. */
export async function register(account: {
  email: string;
  password: string;
  name?: string;
}): Promise<void> {
  await sendWithToken('POST', '/api/accounts', account);
  forget();
}

/** Ends the session of this browser, and forgets the address that was typed. */
export async function signOut(): Promise<void> {
  await sendWithToken('DELETE', '/api/sessions/current');
  sessionStorage.removeItem(TYPED_KEY);
  forget();
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
  return error instanceof Problem && (error.status === 401 || error.status === 403);
}
