/** The operator's calls. The token is kept for as long as the tab is open, and nowhere else. */
import { signal } from '@preact/signals';
import { Problem, request, respond, type Call } from '../lib/http.ts';
import { randomKey } from '../lib/key.ts';

const KEY = 'millrace.operator';

/** Whether there is a token that was not refused. */
export const isSignedIn = signal(false);

/** Whether a token was good, and is no longer. */
export const isRefused = signal(false);

/** Takes up the token of this tab. */
export function openSession(): void {
  isSignedIn.value = sessionStorage.getItem(KEY) !== null;
}

/** Signs in, where the token is good. */
export async function signIn(token: string): Promise<void> {
  sessionStorage.setItem(KEY, token);
  await ask('/streams');
  isRefused.value = false;
  isSignedIn.value = true;
}

export function signOut(): void {
  sessionStorage.removeItem(KEY);
  isSignedIn.value = false;
}

/** Calls the operator's API; `path` is what follows `/api/admin`. */
export function ask<T>(path: string, call: Call = {}): Promise<T> {
  return noticeRefusal(request<T>(`/api/admin${path}`, authorized(call)));
}

/** Asks for a stream of server-sent events, likewise. */
export function openStream(path: string, over: AbortSignal): Promise<Response> {
  const headers = { accept: 'text/event-stream' };
  return noticeRefusal(respond(`/api/admin${path}`, authorized({ headers, signal: over })));
}

/**
 * Asks for a file that the browser is to save, with the name that the answer gives it.
 *
 * @throws Problem, and an error where the answer breaks off
 */
export async function askFile(path: string): Promise<{ name: string; content: Blob }> {
  const headers = { accept: '*/*' };
  const answer = await noticeRefusal(respond(`/api/admin${path}`, authorized({ headers })));
  const disposition = answer.headers.get('content-disposition') ?? '';
  const name = /filename="([^"]+)"/.exec(disposition)?.[1] ?? 'millrace';
  return { name, content: await answer.blob() };
}

function authorized(call: Call): Call {
  const authorization = `Bearer ${sessionStorage.getItem(KEY) ?? ''}`;
  return { ...call, headers: { ...call.headers, authorization } };
}

async function noticeRefusal<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Problem && error.status === 401) {
      isRefused.value = isSignedIn.value;
      signOut();
    }
    throw error;
  }
}

/** The keys of changes that were sent and are not answered. */
const unanswered = new Map<string, string>();

/** Sends a change that must not happen twice: sent again before it was answered, it has the same key. */
export async function postOnce<T>(path: string, body: unknown): Promise<T> {
  const change = JSON.stringify([path, body]);
  const key = unanswered.get(change) ?? randomKey();
  unanswered.set(change, key);
  try {
    const answer = await ask<T>(path, {
      method: 'POST',
      body,
      headers: { 'idempotency-key': key },
    });
    unanswered.delete(change);
    return answer;
  } catch (error) {
    if (error instanceof Problem && error.isRefusal) unanswered.delete(change);
    throw error;
  }
}
