/** Who calls: only what a process of this Millrace has signed is believed. */
import { randomBytes } from 'node:crypto';
import { test } from 'tap';
import { INTERNAL_TOKEN_HEADER } from '../../src/index.ts';
import { createInternalTokens } from '../../src/http/internal-token.ts';
import { sharedSecret } from '../../src/runtime/secrets.ts';
import { as } from '../session.ts';
import { get, place, seed } from '../shop.ts';
import { startTestHost } from '../support.ts';

test('a forged session header from outside is ignored', async (t) => {
  const host = await startTestHost(t);
  await seed(host, [{ productId: 'a' }]);
  const { orderId } = await place(host, { a: 1 });
  const url = `/api/orders/${orderId}`;
  t.equal((await get(host, url)).statusCode, 200);

  const [payload = '', signature = ''] = as(host, 'alice')[INTERNAL_TOKEN_HEADER]!.split('.');
  const other = Buffer.from(
    Buffer.from(payload, 'base64url').toString().replace('alice', 'alicf'),
  ).toString('base64url');
  const forgeries = {
    'another secret': as({ internalTokens: createInternalTokens(randomBytes(32)) }, 'alice')[
      INTERNAL_TOKEN_HEADER
    ]!,
    'another user under the signature': `${other}.${signature}`,
    'no signature': payload,
    'an empty signature': `${payload}.`,
    'no JSON': `${Buffer.from('{').toString('base64url')}.${signature}`,
    'a name': 'alice',
    nothing: '',
  };
  for (const [what, value] of Object.entries(forgeries)) {
    const response = await host.app.inject({ url, headers: { [INTERNAL_TOKEN_HEADER]: value } });
    t.equal(response.statusCode, 401, what);
  }
  const named = await host.app.inject({ url, headers: { 'x-user-id': 'alice' } });
  t.equal(named.statusCode, 401, 'nor does a name in clear count');
});

test('a signed header that is too old is ignored', async (t) => {
  const host = await startTestHost(t);
  const shared = await sharedSecret(host.env.mongodb, host.env.databasePrefix);
  const ask = async (ageMs: number) => {
    const internalTokens = createInternalTokens(shared, () => Date.now() - ageMs);
    return host.app.inject({ url: '/api/orders/1', headers: as({ internalTokens }, 'alice') });
  };
  t.equal((await ask(50_000)).statusCode, 404);
  t.equal((await ask(61_000)).statusCode, 401);
});
