/** Whose browser this is. The token stays in a cookie that no script can read. */
import { Problem, request } from './http.js';

/**
 * @typedef {object} Session
 * @property {string} userId
 * @property {'guest' | 'customer'} kind
 * @property {string} [email]
 * @property {string} expiresAt
 * @property {string} csrfToken shows that a request comes from a page of ours
 */

/** @type {Promise<Session | null> | undefined} */
let current;

/**
 * The session of this browser, or null where it has none.
 *
 * @returns {Promise<Session | null>}
 */
export function currentSession() {
  current ??= request('/api/sessions/current').catch((/** @type {unknown} */ error) => {
    if (error instanceof Problem && error.status === 401) return null;
    current = undefined;
    throw error;
  });
  return current;
}

/**
 * Calls the API in the name of this browser, for which a guest's session begins where there is none.
 *
 * @template T
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {Record<string, string>} [headers]
 * @returns {Promise<T>}
 */
export async function send(method, path, body, headers = {}) {
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

/**
 * Begins a session: with an account's email and password, or without them a guest's.
 *
 * @param {{ email: string, password: string }} [account]
 */
export async function begin(account) {
  await sendWithToken('POST', '/api/sessions', account);
  forget();
}

/** Goes on as the same guest, with a session that knows this browser and network. */
export async function continueAsGuest() {
  await sendWithToken('POST', '/api/sessions', { continue: true });
  forget();
}

/**
 * Makes an account of this browser's session, which keeps its orders.
 *
 * @param {{ email: string, password: string, name?: string }} account
 */
export async function register(account) {
  await sendWithToken('POST', '/api/accounts', account);
  forget();
}

/** Ends the session of this browser. */
export async function signOut() {
  await sendWithToken('DELETE', '/api/sessions/current');
  forget();
}

function forget() {
  current = undefined;
}

/**
 * @template T
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {Record<string, string>} [headers]
 * @returns {Promise<T>}
 */
async function sendWithToken(method, path, body, headers = {}) {
  const session = await currentSession();
  const token = session && { 'x-csrf-token': session.csrfToken };
  return request(path, { method, body, headers: { ...headers, ...token } });
}

/**
 * Whether the session has ended, or another tab has begun one, since this page asked for it.
 *
 * @param {unknown} error
 */
function isOutdated(error) {
  return error instanceof Problem && (error.status === 401 || error.status === 403);
}
