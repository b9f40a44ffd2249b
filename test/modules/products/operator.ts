/** The operator's calls, as tests of the catalogue make them. */
import type { TestHost } from '../../support.ts';
import { ADMIN_TOKEN } from '../../support.ts';

/** A call under `/api/admin`, with the token. */
export function operate(
  host: TestHost,
  method: 'GET' | 'PATCH' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  payload?: object,
  headers: Record<string, string> = {},
) {
  return host.app.inject({
    method,
    url: `/api/admin/${path}`,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, ...headers },
    ...(payload && { payload }),
  });
}
