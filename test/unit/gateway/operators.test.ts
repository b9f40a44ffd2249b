/** What decides of operators and their sessions, without a store. */
import { test } from 'tap';
import {
  beginning,
  counts,
  maySignIn,
  operatorTokens,
  temporaryPassword,
  touched,
  type OperatorDocument,
} from '../../../modules/gateway/operators/operator.ts';
import { recordable } from '../../../src/http/admin/audit/recordable.ts';
import { createInternalTokens } from '../../../src/http/internal-token.ts';
import { defaultRole, mayCall, ROLES } from '../../../src/http/operator.ts';

const operator: OperatorDocument = {
  _id: '1',
  email: 'ann@example.com',
  emailKey: 'ann@example.com',
  name: 'Ann',
  role: 'viewer',
  password: { N: 1, r: 1, p: 1, salt: '', key: '' },
  generation: 3,
  createdAt: new Date(0),
};
const MINUTE = 60_000;
const lives = { unusedMs: 60 * MINUTE, mostMs: 150 * MINUTE };

test('a session lives an hour from its last use, and no longer than in all', (t) => {
  const session = beginning(operator, 'hash', lives, 0);
  t.ok(counts(session, operator, 60 * MINUTE - 1));
  t.notOk(counts(session, operator, 60 * MINUTE));
  t.equal(touched(session, lives, MINUTE / 2), undefined, 'not written at each use');
  t.same(touched(session, lives, 50 * MINUTE), new Date(110 * MINUTE));
  const late = { ...session, expiresAt: new Date(140 * MINUTE) };
  t.same(touched(late, lives, 130 * MINUTE), session.endsAt);
  t.equal(touched({ ...session, expiresAt: session.endsAt }, lives, 149 * MINUTE), undefined);
  t.end();
});

test('a session ends with what it began by', (t) => {
  const session = beginning(operator, 'hash', lives, 0);
  t.notOk(counts(session, null, 1));
  t.notOk(counts(session, { ...operator, generation: 4 }, 1), 'another password');
  t.notOk(counts(session, { ...operator, disabledAt: new Date(0) }, 1));
  t.ok(counts(session, { ...operator, role: 'admin' }, 1), 'another role is another role');
  t.end();
});

test('a temporary password counts for its time, and is read without mistaking a letter', (t) => {
  t.ok(maySignIn(operator, 1));
  t.ok(maySignIn({ ...operator, temporaryUntil: new Date(2) }, 1));
  t.notOk(maySignIn({ ...operator, temporaryUntil: new Date(2) }, 2));
  t.notOk(maySignIn({ ...operator, disabledAt: new Date(0) }, 2));
  t.match(temporaryPassword(), /^[a-hjkmnp-z2-9]{4}(-[a-hjkmnp-z2-9]{4}){3}$/);
  t.not(temporaryPassword(), temporaryPassword());
  t.end();
});

test('a token is known by its kind, and kept as a hash', (t) => {
  const token = operatorTokens.make();
  t.match(operatorTokens.hashOf(token), /^[\w-]{43}$/);
  t.equal(operatorTokens.hashOf(token.replace('mro_', 'mrs_')), undefined);
  t.equal(operatorTokens.hashOf(`${token}x`), undefined);
  t.end();
});

test('each role may do what those below it may', (t) => {
  const allowed = ROLES.map((role) =>
    ROLES.filter((wanted) => mayCall({ name: 'a', role }, wanted)),
  );
  t.same(allowed, [['viewer'], ['viewer', 'support'], ['viewer', 'support', 'admin']]);
  t.equal(defaultRole('GET'), 'viewer');
  t.equal(defaultRole(['GET', 'HEAD']), 'viewer');
  t.equal(defaultRole('DELETE'), 'admin');
  t.equal(defaultRole(['GET', 'POST']), 'admin');
  t.end();
});

test('a process of before the roles lets an admin in, and nobody below', (t) => {
  const tokens = createInternalTokens(Buffer.alloc(32, 1));
  const url = new URL('http://here/api/admin/echo');
  const claim = (role: (typeof ROLES)[number]) => {
    const header = tokens.forward({ method: 'GET', url, operator: { name: 'a', role } });
    const payload = Object.values(header)[0]!.split('.')[0]!;
    const { forwarded } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
      forwarded: { operator: boolean };
    };
    return forwarded.operator;
  };
  t.same(ROLES.map(claim), [false, false, true]);
  t.end();
});

test('the audit log holds no secret, no person and no end', (t) => {
  t.same(
    recordable({
      price: 1,
      currentPassword: 'a',
      fields: { contact: '{}', delivery: {}, orderId: '7', accessToken: 'b' },
      at: new Date(0),
      none: undefined,
      picture: Buffer.alloc(3),
    }),
    {
      price: 1,
      currentPassword: '(left out)',
      fields: {
        contact: '(left out)',
        delivery: '(left out)',
        orderId: '7',
        accessToken: '(left out)',
      },
      at: '1970-01-01T00:00:00.000Z',
      none: undefined,
      picture: '(3 bytes)',
    },
  );
  const deep = Array.from({ length: 100 }).reduce<unknown>((inner) => ({ inner }), 'x');
  const wide = Array.from({ length: 100_000 }, (_, i) => `line ${i}`);
  const long = Object.fromEntries(wide.map((name) => [name, name]));
  for (const value of [deep, wide, long, 'x'.repeat(1_000_000), [long, wide]])
    t.ok(JSON.stringify(recordable(value)).length < 30_000);
  t.match(JSON.stringify(recordable(wide)), /and \d+ more"\]$/);
  t.end();
});
