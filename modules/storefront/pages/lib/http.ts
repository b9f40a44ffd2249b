/** Calls of the REST API, and the problem documents that it answers with. */

/** Asks the API for what a path names. */
export type Get = <T>(path: string, signal?: AbortSignal) => Promise<T>;

/** What went wrong, in words for whoever looks at the page. */
export class Problem extends Error {
  /** The HTTP status, or 0 where no answer came. */
  readonly status: number;
  /** Names the kind of problem. */
  readonly type: string;

  constructor(status: number, type: string, detail: string) {
    super(detail);
    this.status = status;
    this.type = type;
  }

  /** The type without what all have in common: `wrong-password`. */
  get slug(): string {
    return this.type.split(':').at(-1) ?? '';
  }

  /** Whether the API said no for good, so that the same request again would not help. */
  get isRefusal(): boolean {
    return this.status >= 400 && this.status < 500 && ![408, 425, 429].includes(this.status);
  }
}

export interface Call {
  method?: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, in place of a body. */
  file?: Blob | FormData;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

/**
 * Calls the API and gives what it answers, or undefined where the answer has no body.
 *
 * @throws Problem for every answer but a 2xx, and where none comes
 */
export async function request<T>(path: string, call: Call = {}): Promise<T> {
  const response = await respond(path, call);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** Likewise, with the answer as it comes. */
export async function respond(
  path: string,
  { method = 'GET', body, file, headers = {}, signal }: Call = {},
): Promise<Response> {
  const response = await fetch(path, {
    method,
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(file && { body: file }),
    ...(signal && { signal }),
    credentials: 'same-origin',
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new Problem(0, 'unreachable', 'The shop cannot be reached at the moment. Try again.');
  });
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** Asks the API from the browser. */
export const get: Get = (path, signal) => request(path, { signal });

async function problemOf(response: Response): Promise<Problem> {
  const fallback = `The shop answered ${response.status}. Try again in a moment.`;
  const document = (await response.json().catch(() => ({}))) as Partial<
    Record<'type' | 'detail' | 'title', string>
  >;
  return new Problem(
    response.status,
    document.type ?? 'unknown',
    document.detail ?? document.title ?? fallback,
  );
}
