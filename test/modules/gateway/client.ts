/** Clients of a gateway in tests: one with a token, and a browser with its cookies. */
import type { TestHost } from '../../support.ts';

export interface Begun {
  token: string;
  userId: string;
  kind: string;
  expiresAt: string;
  csrfToken: string;
}

type Headers = Record<string, string>;

/** `POST /api/sessions`. */
export function begin(host: TestHost, payload?: object, headers: Headers = {}) {
  return host.app.inject({
    method: 'POST',
    url: '/api/sessions',
    headers,
    ...(payload && { payload }),
  });
}

/** A guest's session, which must be given. */
export async function guest(host: TestHost, headers: Headers = {}): Promise<Begun> {
  const response = await begin(host, undefined, headers);
  if (response.statusCode !== 201) throw new Error(`no session was given: ${response.body}`);
  return response.json<Begun>();
}

/** `POST /api/accounts`. */
export function register(host: TestHost, payload: object, headers: Headers = {}) {
  return host.app.inject({ method: 'POST', url: '/api/accounts', headers, payload });
}

/** `GET /api/sessions/current`. */
export function current(host: TestHost, headers: Headers) {
  return host.app.inject({ url: '/api/sessions/current', headers });
}

/** `DELETE /api/sessions/current`. */
export function signOut(host: TestHost, headers: Headers) {
  return host.app.inject({ method: 'DELETE', url: '/api/sessions/current', headers });
}

export function bearer({ token }: { token: string }): Headers {
  return { authorization: `Bearer ${token}` };
}

/** What a browser sends after an answer: all cookies that it was given. */
export function cookiesOf({
  cookies,
}: {
  cookies: readonly { name: string; value: string }[];
}): Headers {
  return { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') };
}
