/** Asking a process over HTTP, which may not answer while things are broken. */

/** How long an answer is waited for before another process is asked, in ms. */
const PATIENCE_MS = 4000;

export interface Answer {
  status: number;
  body: string;
}

/** Asks once. Gives undefined where no answer came, or one that says to try again. */
export async function ask(
  url: string,
  options: { token: string; method?: 'GET' | 'POST'; key?: string; body?: unknown },
): Promise<Answer | undefined> {
  const { token, method = 'POST', key, body } = options;
  // A timer of our own: a signal of AbortSignal.timeout() may be collected before it fires.
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: patience.signal,
    });
    const answer = { status: response.status, body: await response.text() };
    return answer.status < 500 ? answer : undefined;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
