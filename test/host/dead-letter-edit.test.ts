/** One dead letter: shown with its schema, edited, tried in a dry run, handled again where its group is read. */
import { test } from 'tap';
import { call, fill, LETTER, startApart, startEars } from './bells.ts';

const MISFIT = { error: 'bell.rang v1: /times must be integer', fields: { times: '"many"' } };

test('one is shown with the schema of its event, and all that does not fit', async (t) => {
  const { host } = await startEars(t);
  const [id] = await fill(host, ['a'], MISFIT);
  const { statusCode, body } = await call(host, 'GET', `/${id}?group=ears`);
  t.equal(statusCode, 200);
  t.match(JSON.parse(body), {
    id,
    ...LETTER,
    error: MISFIT.error,
    cause: 'bell.rang v1: /times must be integer',
    type: 'bell.rang',
    v: '1',
    key: 'bell',
    conforms: 'no',
    violations: [{ path: '/times', message: /whole number/ }],
    schema: {
      required: ['type', 'bell'],
      properties: { bell: { type: 'string' }, times: { contentSchema: { minimum: 1 } } },
    },
    replays: { attempts: 0, errors: [] },
  });
  t.equal((await call(host, 'GET', `/${id}?group=others`)).statusCode, 404);
  t.equal((await call(host, 'GET', '/1-1?group=ears')).statusCode, 404);
});

test('of a type that no contract knows it is said that nothing is known', async (t) => {
  const { host } = await startEars(t);
  const [id] = await fill(host, ['a'], { fields: { type: 'bell.fell' } });
  const { body } = await call(host, 'GET', `/${id}?group=ears`);
  t.match(JSON.parse(body), {
    type: 'bell.fell',
    conforms: 'unknown',
    violations: [],
    schema: null,
  });
  const replay = await call(host, 'POST', `/${id}/replay`, { group: 'ears', dryRun: true });
  t.match(replay.json(), { conforms: 'unknown', refusal: /does not listen/, handled: false });
});

test('fields that do not fit are refused with their paths, and nothing changes', async (t) => {
  const { host, heard } = await startEars(t);
  const [id] = await fill(host, ['a'], MISFIT);
  const before = (await call(host, 'GET', `/${id}?group=ears`)).body;
  const replay = (body: object) => call(host, 'POST', `/${id}/replay`, { group: 'ears', ...body });
  for (const fields of [{ times: '0' }, { times: 'x' }, {}]) {
    const refused = await replay({ fields });
    t.equal(refused.statusCode, 400);
    t.match(refused.json(), {
      type: 'urn:millrace:problem:misfit',
      errors: [{ path: 'body/fields/times' }],
    });
  }
  t.equal((await replay({ fields: { times: 3 } })).statusCode, 400);
  t.equal((await call(host, 'GET', `/${id}?group=ears`)).body, before);
  t.same(heard, []);
});

test('a viewer sees them, and neither replays nor discards', async (t) => {
  const { host } = await startEars(t);
  const [id] = await fill(host, ['a']);
  const base = '/api/admin/streams/BELLS_STREAM/dead-letters';
  const as = (role: 'viewer' | 'support', method: 'GET' | 'POST', path: string) => {
    const url = new URL(base + path, 'http://here');
    const operator = { name: `${role}@example.com`, role };
    const headers = host.internalTokens.forward({ method, url, operator });
    const payload = { group: 'ears', ...(path === '/discard' && { ids: [id] }) };
    return host.app.inject({
      method,
      url: base + path,
      headers,
      ...(method === 'POST' && { payload }),
    });
  };
  t.equal((await as('viewer', 'GET', `/${id}?group=ears`)).statusCode, 200);
  for (const path of [`/${id}/replay`, '/replay', '/discard'])
    t.equal((await as('viewer', 'POST', path)).statusCode, 403, path);
  t.equal((await as('support', 'POST', `/${id}/replay`)).statusCode, 200);
});

test('a dry run says what would become of it, and does nothing', async (t) => {
  const { host, heard } = await startEars(t);
  const [id] = await fill(host, ['a'], MISFIT);
  const rehearse = async (fields: object) =>
    (await call(host, 'POST', `/${id}/replay`, { group: 'ears', fields, dryRun: true })).json();
  t.match(await rehearse({ times: 'x' }), { conforms: 'no', violations: [{ path: '/times' }] });
  t.match(await rehearse({ times: '2' }), { dryRun: true, conforms: 'yes', refusal: null });
  t.match(await rehearse({ times: null }), { conforms: 'yes', violations: [], handled: false });
  t.same(heard, []);
  t.equal((await call(host, 'GET', `/${id}?group=ears`)).statusCode, 200);
});

test('what identifies the event stays, unless that is said', async (t) => {
  const { host, heard } = await startEars(t);
  const [id] = await fill(host, ['a']);
  const replay = (body: object) => call(host, 'POST', `/${id}/replay`, { group: 'ears', ...body });
  for (const name of ['bell', 'key', 'eventId', 'v', 'type']) {
    const refused = await replay({ fields: { [name]: 'b' } });
    t.equal(refused.statusCode, 400);
    t.match(refused.json(), {
      type: 'urn:millrace:problem:another-identity',
      errors: [{ path: `body/fields/${name}` }],
    });
  }
  const done = await replay({ fields: { bell: 'b' }, changeIdentity: true });
  t.match(done.json(), { handled: true });
  t.same(heard, ['b']);
});

test('an edited one that is handled is gone; one that fails again is kept as it was, with its new error', async (t) => {
  const broken = new Set(['broken']);
  const { host, heard } = await startEars(t, broken);
  const [id] = await fill(host, ['broken'], MISFIT);
  const replay = () =>
    call(host, 'POST', `/${id}/replay`, { group: 'ears', fields: { times: '2' } });
  t.match((await replay()).json(), { handled: false, error: 'it is broken' });
  t.match((await replay()).json(), { handled: false, error: 'it is broken' });
  const kept = (await call(host, 'GET', `/${id}?group=ears`)).json<object>();
  t.match(kept, {
    fields: MISFIT.fields,
    error: MISFIT.error,
    replays: { attempts: 2, errors: [{ error: 'it is broken' }, { error: 'it is broken' }] },
  });
  broken.clear();
  t.match((await replay()).json(), { handled: true, error: null });
  t.same(heard, ['broken']);
  t.equal((await call(host, 'GET', `/${id}?group=ears`)).statusCode, 404);
  t.equal((await replay()).statusCode, 404);
  const keys = await host.env.redis.keys(`{${host.env.keyPrefix}BELLS_STREAM}:dead-errors*`);
  t.same(keys, [], 'its errors are gone with it');
});

test('where another process reads the group, it tries the edited one, and its answer is given', async (t) => {
  const { host, heard, broken } = await startApart(t);
  const [id] = await fill(host, ['broken'], MISFIT);
  const replay = (body: object) =>
    call(host, 'POST', `/${id}/replay`, { group: 'ears', fields: { times: '2' }, ...body });
  t.match((await replay({ dryRun: true })).json(), { conforms: 'yes', refusal: null });
  t.match((await replay({ fields: { times: 'x' }, dryRun: true })).json(), { conforms: 'no' });
  t.equal((await replay({ fields: { times: 'x' } })).statusCode, 400);
  t.match((await replay({})).json(), { handled: false, error: 'it is broken' });
  broken.clear();
  t.match((await replay({})).json(), { handled: true });
  t.same(heard, ['broken']);
  t.equal((await replay({})).statusCode, 404);
  const [lost] = await fill(host, ['a'], { group: 'nobody' });
  const nobody = await call(host, 'POST', `/${lost}/replay`, { group: 'nobody' });
  t.equal(nobody.statusCode, 409);
});
