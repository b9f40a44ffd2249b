/** Asking a process over HTTP, which may not answer while things are broken. */

export interface Answer {
  status: number;
  body: string;
}

export interface Question {
  token: string;
  method?: 'GET' | 'POST';
  key?: string;
  body?: unknown;
}

/**
 * Asks once. Gives undefined where no answer came in so many ms or before the signal was aborted, or
 * one came that says to try again.
 */
export async function ask(
  url: string,
  { token, method = 'POST', key, body }: Question,
  patienceMs: number,
  giveUp: AbortSignal,
): Promise<Answer | undefined> {
  // A timer of our own: a signal of AbortSignal.timeout() may be collected before it fires.
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), patienceMs);
  try {
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.any([patience.signal, giveUp]),
    });
    const answer = { status: response.status, body: await response.text() };
    return answer.status < 500 ? answer : undefined;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
