/** Operators for tests: invited by whoever has the ADMIN_TOKEN, with a password of their own, signed in. */
import type { InjectOptions } from 'fastify';
import type { BegunOperatorSession, Invited } from '../modules/gateway/api.ts';
import type { Role } from '../src/index.ts';
import { ADMIN_TOKEN, type TestHost } from './support.ts';

export type Headers = Record<string, string>;

/** The headers of whoever has the ADMIN_TOKEN. */
export const TOKEN: Headers = { authorization: `Bearer ${ADMIN_TOKEN}` };

export const PASSWORD = 'the race below the mill';

/** A call under `/api/admin`. */
export function call(
  { app }: Pick<TestHost, 'app'>,
  method: NonNullable<InjectOptions['method']>,
  path: string,
  { headers = TOKEN, payload }: { headers?: Headers; payload?: object } = {},
) {
  return app.inject({
    method,
    url: `/api/admin${path}`,
    headers,
    ...(payload && { payload }),
  });
}

/** Makes an operator, who has a temporary password. */
export async function invite(host: TestHost, role: Role, email = `${role}@example.com`) {
  const payload = { email, name: `The ${role}`, role };
  const answer = await call(host, 'POST', '/operators', { payload });
  if (answer.statusCode !== 201) throw new Error(`no operator was made: ${answer.body}`);
  return answer.json<Invited>();
}

/** `POST /api/admin/sessions`. */
export function signIn(host: TestHost, email: string, password = PASSWORD) {
  return call(host, 'POST', '/sessions', { headers: {}, payload: { email, password } });
}

export interface SignedIn extends BegunOperatorSession {
  operatorId: string;
  email: string;
  headers: Headers;
}

/** Makes an operator who has set a password, {@link PASSWORD}, and is signed in. */
export async function operator(host: TestHost, role: Role, email?: string): Promise<SignedIn> {
  const { operatorId, email: name, temporaryPassword } = await invite(host, role, email);
  const begun = (await signIn(host, name, temporaryPassword)).json<BegunOperatorSession>();
  const headers = { authorization: `Bearer ${begun.token}` };
  const payload = { currentPassword: temporaryPassword, newPassword: PASSWORD };
  const changed = await call(host, 'POST', '/me/password', { headers, payload });
  if (changed.statusCode !== 204) throw new Error(`no password was set: ${changed.body}`);
  return { ...begun, operatorId, email: name, headers };
}
