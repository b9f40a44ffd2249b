/** Calls of the REST API, and the problem documents that it answers with. */

/** What went wrong, in words for whoever looks at the page. */
export class Problem extends Error {
  /**
   * @param {number} status the HTTP status, or 0 where no answer came
   * @param {string} type names the kind of problem
   * @param {string} detail what was wrong and what to do
   */
  constructor(status, type, detail) {
    super(detail);
    this.status = status;
    this.type = type;
  }

  /** Whether the API said no for good, so that the same request again would not help. */
  get isRefusal() {
    return this.status >= 400 && this.status < 500 && ![408, 425, 429].includes(this.status);
  }
}

/**
 * @typedef {object} Call
 * @property {string} [method]
 * @property {unknown} [body] sent as JSON
 * @property {Record<string, string>} [headers]
 * @property {AbortSignal | undefined} [signal]
 */

/**
 * Calls the API and gives what it answers, or undefined where the answer has no body.
 *
 * @template T
 * @param {string} path
 * @param {Call} [call]
 * @returns {Promise<T>}
 * @throws {Problem} for every answer but a 2xx, and where none comes
 */
export async function request(path, { method = 'GET', body, headers = {}, signal } = {}) {
  const response = await fetch(path, {
    method,
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
    credentials: 'same-origin',
  }).catch((/** @type {unknown} */ error) => {
    if (signal?.aborted) throw error;
    throw new Problem(0, 'unreachable', 'The shop cannot be reached at the moment. Try again.');
  });
  if (!response.ok) throw await problemOf(response);
  return /** @type {T} */ (response.status === 204 ? undefined : await response.json());
}

/**
 * @param {Response} response
 * @returns {Promise<Problem>}
 */
async function problemOf(response) {
  const fallback = `The shop answered ${response.status}. Try again in a moment.`;
  /** @type {{ type?: string, detail?: string, title?: string }} */
  const document = await response.json().catch(() => ({}));
  return new Problem(
    response.status,
    document.type ?? 'unknown',
    document.detail ?? document.title ?? fallback,
  );
}
