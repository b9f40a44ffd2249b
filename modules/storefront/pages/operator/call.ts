/** The operator's calls. */
import { Problem, request, respond, type Call } from '../lib/http.ts';
import { randomKey } from '../lib/key.ts';
import { authorized, noticeRefusal } from './session.ts';

export { can, isRefused, isSignedIn, me, role, whyNot } from './session.ts';

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
