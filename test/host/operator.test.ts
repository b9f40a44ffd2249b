/** The operator's calls and metrics: what is wrong is seen, and mended. */
import { test } from 'tap';
import { Type } from 'typebox';
import { defineEvent, defineModule, each, on } from '../../src/index.ts';
import type { Module } from '../../src/module/module.ts';
import {
  ADMIN_TOKEN,
  eventually,
  openTestEnvironment,
  startTestHost,
  type TestHost,
  type TestHostOptions,
} from '../support.ts';

const rang = defineEvent({
  stream: 'BELLS_STREAM',
  type: 'bell.rang',
  v: 1,
  key: 'bell',
  data: { bell: Type.String(), fails: Type.Optional(Type.Boolean()) },
});

/** Hears bells; those that are told to fail do so until they are mended. */
function listener() {
  const heard: string[] = [];
  const state = { mended: false };
  const bells = defineModule({ name: 'bells', stream: 'BELLS_STREAM', publishes: [rang] });
  const ears = defineModule({
    name: 'ears',
    listens: [rang],
    setup: () => ({
      handlers: [
        on(
          rang,
          each(async ({ data }) => {
            if (data.fails && !state.mended) throw new Error(`${data.bell} is cracked`);
            heard.push(data.bell);
          }),
        ),
      ],
    }),
  });
  return { modules: [bells, ears], heard, state };
}

const authorization = `Bearer ${ADMIN_TOKEN}`;

function call(host: TestHost, method: 'GET' | 'POST', url: string, payload?: object) {
  return host.app.inject({
    method,
    url: `/api/admin${url}`,
    headers: { authorization },
    ...(payload && { payload }),
  });
}

async function startWithDeadLetters(t: Parameters<typeof startTestHost>[0]) {
  const { modules, heard, state } = listener();
  const environment = { BUS_MAX_DELIVERIES: '2', BUS_RETRY_MIN_MS: '5' };
  const host = await startTestHost(t, { modules, environment });
  await host
    .context('bells')
    .republish([
      rang.create({ bell: 'good' }),
      rang.create({ bell: 'cracked-1', fails: true }),
      rang.create({ bell: 'cracked-2', fails: true }),
    ]);
  const letters = await eventually('two entries are given up', async () => {
    const { items } = (await call(host, 'GET', '/streams/BELLS_STREAM/dead-letters')).json<{
      items: { id: string; error: string; fields: Record<string, string> }[];
    }>();
    // Which of the two was given up first is a matter of chance.
    return items.length === 2 && items.toSorted((a, b) => a.error.localeCompare(b.error));
  });
  return { host, heard, state, letters };
}

test('without the token the operator has no calls', async (t) => {
  const { modules } = listener();
  const host = await startTestHost(t, { modules });
  const calls = [undefined, 'Bearer wrong-token-of-nobody', `Basic ${ADMIN_TOKEN}`, ADMIN_TOKEN];
  for (const wrong of calls) {
    const response = await host.app.inject({
      url: '/api/admin/streams',
      headers: wrong === undefined ? {} : { authorization: wrong },
    });
    t.equal(response.statusCode, 401);
  }
});

test('the operator sees streams, groups, lag and dead letters', async (t) => {
  const { host, letters } = await startWithDeadLetters(t);
  t.match(letters[0], {
    error: 'cracked-1 is cracked',
    attempts: 2,
    group: 'ears',
    fields: { type: 'bell.rang', bell: 'cracked-1' },
  });
  const items = await eventually('all is acknowledged', async () => {
    const body = (await call(host, 'GET', '/streams')).json<{
      items: { groups: { pending: number }[] }[];
    }>();
    return body.items[0]?.groups[0]?.pending === 0 && body.items;
  });
  t.match(items, [
    {
      stream: 'BELLS_STREAM',
      length: 3,
      groups: [{ group: 'ears', lag: 0, pending: 0, deadLetters: 2, stale: false, here: true }],
    },
  ]);
});

test('dead letters are handled again by choice, and removed when they succeed', async (t) => {
  const { host, heard, state, letters } = await startWithDeadLetters(t);
  const [first, second] = letters;

  const failing = await call(host, 'POST', '/streams/BELLS_STREAM/dead-letters/replay', {
    group: 'ears',
    ids: [first?.id],
  });
  t.match(failing.json(), {
    replayed: [],
    failed: [{ id: first?.id, error: 'cracked-1 is cracked' }],
  });

  state.mended = true;
  const one = await call(host, 'POST', '/streams/BELLS_STREAM/dead-letters/replay', {
    group: 'ears',
    ids: [first?.id],
  });
  t.same(one.json(), { replayed: [first?.id], failed: [] });
  const rest = await call(host, 'POST', '/streams/BELLS_STREAM/dead-letters/replay', {
    group: 'ears',
  });
  t.same(rest.json(), { replayed: [second?.id], failed: [], nextCursor: null });
  t.same(heard.toSorted(), ['cracked-1', 'cracked-2', 'good']);
  t.same((await call(host, 'GET', '/streams/BELLS_STREAM/dead-letters')).json(), {
    items: [],
    total: 0,
    nextCursor: null,
  });
});

test('dead letters are discarded by choice', async (t) => {
  const { host, heard, letters } = await startWithDeadLetters(t);
  const response = await call(host, 'POST', '/streams/BELLS_STREAM/dead-letters/discard', {
    group: 'ears',
    ids: [letters[0]?.id],
  });
  t.same(response.json(), { discarded: 1, left: 1 });
  const { items } = (
    await call(host, 'GET', '/streams/BELLS_STREAM/dead-letters?group=ears')
  ).json<{ items: object[] }>();
  t.equal(items.length, 1);
  t.same(heard, ['good']);
});

test('what the operator must not ask for is a problem', async (t) => {
  const { host } = await startWithDeadLetters(t);
  t.equal((await call(host, 'GET', '/streams/NOBODYS/dead-letters')).statusCode, 404);
  t.equal((await call(host, 'GET', '/streams/BELLS_STREAM/dead-letters?from=x')).statusCode, 400);
  t.equal(
    (await call(host, 'POST', '/streams/BELLS_STREAM/dead-letters/replay', { group: 'nobody' }))
      .statusCode,
    409,
  );
  t.equal(
    (
      await call(host, 'POST', '/streams/BELLS_STREAM/dead-letters/discard', {
        group: 'ears',
        ids: [],
      })
    ).statusCode,
    400,
  );
});

test('a process sees the dead letters of the others, and has them handled there', async (t) => {
  const env = await openTestEnvironment(t);
  const { modules, heard, state } = listener();
  const [bells, ears] = modules as [Module, Module];
  const of = (module: Module, more: TestHostOptions = {}) =>
    startTestHost(t, {
      env,
      modules: [module],
      known: modules,
      environment: { BUS_MAX_DELIVERIES: '1' },
      ...more,
    });
  const asked = await of(bells);
  const reader = await of(ears);
  await asked
    .context('bells')
    .republish([rang.create({ bell: 'cracked', fails: true }), rang.create({ bell: 'good' })]);
  await eventually('one is given up', async () => {
    const { items } = (await call(asked, 'GET', '/streams/BELLS_STREAM/dead-letters')).json<{
      items: object[];
    }>();
    return items.length === 1;
  });
  t.match((await call(asked, 'GET', '/streams')).json(), {
    items: [{ stream: 'BELLS_STREAM', groups: [{ group: 'ears', deadLetters: 1, here: false }] }],
  });
  t.match((await call(reader, 'GET', '/streams')).json(), {
    items: [{ stream: 'BELLS_STREAM', groups: [{ group: 'ears', here: true }] }],
  });

  const replay = () =>
    call(asked, 'POST', '/streams/BELLS_STREAM/dead-letters/replay', { group: 'ears' });
  const unseen = await replay();
  t.equal(unseen.statusCode, 409);
  t.match(unseen.json(), { detail: /MODULES=ears/ });

  await reader.app.listen({ host: '127.0.0.1', port: 0 });
  state.mended = true;
  const answer = await eventually('the reader is found', async () => {
    const response = await replay();
    return response.statusCode !== 409 && response;
  });
  t.equal(answer.statusCode, 200);
  t.equal(answer.json<{ replayed: string[] }>().replayed.length, 1);
  t.same(heard.toSorted(), ['cracked', 'good']);
  const { items } = (await call(asked, 'GET', '/audit')).json<{
    items: { outcome: { status: number } }[];
  }>();
  const done = items.filter(({ outcome }) => outcome.status === 200);
  t.equal(done.length, 1, 'a replay that another process helped with is audited once');
});

test('metrics tell of lag, deliveries, retries, dead letters and durations', async (t) => {
  const { host } = await startWithDeadLetters(t);
  const { body, headers } = await host.app.inject('/metrics');
  t.match(headers['content-type'], /text\/plain/);
  for (const line of [
    'millrace_stream_length{stream="BELLS_STREAM"} 3',
    'millrace_group_lag{stream="BELLS_STREAM",group="ears"} 0',
    'millrace_group_dead_letters{stream="BELLS_STREAM",group="ears"} 2',
    'millrace_published_total{stream="BELLS_STREAM"} 3',
    'millrace_dead_lettered_total{stream="BELLS_STREAM",group="ears"} 2',
    'millrace_retries_total{stream="BELLS_STREAM",group="ears"} 2',
  ]) {
    t.ok(body.includes(line), line);
  }
  t.match(
    body,
    /millrace_handler_seconds_bucket\{le="0\.001",stream="BELLS_STREAM",group="ears",type="bell\.rang"\} \d/,
  );
  t.match(body, /process_resident_memory_bytes \d/);
});
