/** The calls on operators: made, signed in, changed, refused. */
import { ADMIN_TOKEN } from '../support.ts';
import type { Client } from './record.ts';

const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const token = as(ADMIN_TOKEN);

/** Makes all calls on operators and their sessions, and looks at what the audit log has of them. */
export async function tendOperators({ ask }: Client): Promise<void> {
  const wanted = { email: 'bob@example.com', name: 'Bob', role: 'support' };
  const made = await ask<{ operatorId: string; temporaryPassword: string }>(
    201,
    'POST /api/admin/operators',
    { ...token, body: wanted },
  );
  await ask(409, 'POST /api/admin/operators', { ...token, body: wanted });
  const { operatorId, temporaryPassword } = made.body;
  const own = `/api/admin/operators/${operatorId}`;
  const signIn = async (password: string) => {
    const body = { email: wanted.email, password };
    return (await ask<{ token: string }>(201, 'POST /api/admin/sessions', { body })).body.token;
  };
  const wrong = { email: wanted.email, password: 'a wrong guess' };
  await ask(401, 'POST /api/admin/sessions', { body: wrong });
  const bob = as(await signIn(temporaryPassword));
  await ask(403, 'GET /api/admin/streams', bob);
  const newPassword = 'the race below the mill';
  await ask(204, 'POST /api/admin/me/password', {
    ...bob,
    body: { currentPassword: temporaryPassword, newPassword },
  });
  await ask(200, 'GET /api/admin/me', bob);
  await ask(200, 'GET /api/admin/payments?limit=1', bob);
  await ask(403, 'GET /api/admin/operators', bob);
  await ask(200, 'GET /api/admin/operators', token);
  await ask(200, `PATCH ${own}`, { ...token, body: { role: 'viewer' } });
  await ask(403, 'PATCH /api/admin/products/none', { ...bob, body: { price: 1 } });
  await ask(204, 'DELETE /api/admin/sessions/current', bob);
  await ask(401, 'GET /api/admin/me', bob);
  await ask(200, `POST ${own}/password`, token);
  await ask(200, `PATCH ${own}`, { ...token, body: { disabled: true } });
  await ask(401, 'POST /api/admin/sessions', {
    body: { email: wanted.email, password: newPassword },
  });
  await ask(200, 'GET /api/admin/me', token);
  await ask(409, 'DELETE /api/admin/sessions/current', token);
  await ask(200, `GET /api/admin/audit?target=operators/${operatorId}&limit=20`, token);
}
