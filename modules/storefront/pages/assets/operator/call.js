/** The operator's calls. The token is kept for as long as the tab is open, and nowhere else. */
import { Problem, request } from '../lib/http.js';
import { randomKey } from '../lib/key.js';

const KEY = 'millrace.operator';

export function hasToken() {
  return sessionStorage.getItem(KEY) !== null;
}

/** @param {string} token */
export function keepToken(token) {
  sessionStorage.setItem(KEY, token);
}

export function forgetToken() {
  sessionStorage.removeItem(KEY);
}

/** Called when the token turns out to be no good. @type {() => void} */
let onRefused = () => {};

/** @param {() => void} listener */
export function whenRefused(listener) {
  onRefused = listener;
}

/**
 * Calls the operator's API.
 *
 * @template T
 * @param {string} path what follows `/api/admin`
 * @param {import('../lib/http.js').Call} [call]
 * @returns {Promise<T>}
 */
export async function ask(path, call = {}) {
  const authorization = `Bearer ${sessionStorage.getItem(KEY) ?? ''}`;
  try {
    return await request(`/api/admin${path}`, {
      ...call,
      headers: { ...call.headers, authorization },
    });
  } catch (error) {
    if (error instanceof Problem && error.status === 401) {
      forgetToken();
      onRefused();
    }
    throw error;
  }
}

/** The keys of changes that were sent and are not answered. @type {Map<string, string>} */
const unanswered = new Map();

/**
 * Sends a change that must not happen twice: sent again before it was answered, it has the same key.
 *
 * @template T
 * @param {string} path what follows `/api/admin`
 * @param {unknown} body
 * @returns {Promise<T>}
 */
export async function postOnce(path, body) {
  const change = JSON.stringify([path, body]);
  const key = unanswered.get(change) ?? randomKey();
  unanswered.set(change, key);
  try {
    /** @type {T} */
    const answer = await ask(path, { method: 'POST', body, headers: { 'idempotency-key': key } });
    unanswered.delete(change);
    return answer;
  } catch (error) {
    if (error instanceof Problem && error.isRefusal) unanswered.delete(change);
    throw error;
  }
}
