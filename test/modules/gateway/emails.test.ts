/** Emails: when two are one, and what of them an earlier version has stored. */
import { test } from 'tap';
import { openTestEnvironment, startTestHost } from '../../support.ts';
import { begin, register, type Begun } from './client.ts';

const account = { email: 'al@example.com', password: 'correct horse battery' };

test('an email is one, whether its domain is in letters of any script or of the DNS', async (t) => {
  const host = await startTestHost(t);
  const forms = [
    'al@bücher.example',
    'al@xn--bcher-kva.example',
    'AL@BÜCHER。example',
    'al@xn--BCHER-KVA.example.',
  ];
  t.equal((await register(host, { ...account, email: forms[0] })).statusCode, 201);
  for (const email of forms) {
    t.match((await register(host, { ...account, email })).json(), { type: /not-available/ }, email);
    t.equal((await begin(host, { ...account, email })).statusCode, 201, email);
  }
  for (const email of ['al@xn--bcher-kva', 'al@bucher.example', 'al@bücher.example/evil'])
    t.equal((await register(host, { ...account, email })).statusCode, 201, `${email} is another`);
});

test('accounts of an earlier version get in by the form of the email that they were made with', async (t) => {
  const env = await openTestEnvironment(t);
  const before = await startTestHost(t, { env });
  const own = { ...account, email: 'al@bücher.example' };
  const first = { ...account, email: 'bo@xn--bcher-kva.example', password: 'the first of two' };
  const second = { ...account, email: 'bo@bücher.example', password: 'the second of two' };
  const userIds: string[] = [];
  for (const one of [own, first, { ...second, email: 'bo@other.example' }])
    userIds.push((await register(before, one)).json<Begun>().userId);
  const accounts = before.context('gateway').db.collection<{ _id: string }>('accounts');
  for (const [i, { email }] of [own, first, second].entries())
    await accounts.updateOne({ _id: userIds[i]! }, { $set: { email, emailKey: email } });
  await before.stop();

  const [host] = await Promise.all([startTestHost(t, { env }), startTestHost(t, { env })]);
  for (const [i, one] of [own, first, second].entries())
    t.match((await begin(host, one)).json(), { userId: userIds[i] }, one.email);
  const other = { ...own, email: 'al@xn--bcher-kva.example' };
  t.match((await begin(host, other)).json(), { userId: userIds[0] }, 'by the other form, too');
  t.match((await register(host, other)).json(), { type: /not-available/ });
  t.match((await register(host, second)).json(), { type: /not-available/ });
});
