/** What an operator does to a group: pause and resume it, set it back, remove it; each is guarded, and audited. */
import { test, type Test } from 'tap';
import { Type } from 'typebox';
import { defineEvent, defineModule, on } from '../../src/index.ts';
import { ADMIN_TOKEN, eventually, startTestHost, type TestHost } from '../support.ts';

const rang = defineEvent({
  stream: 'BELLS_STREAM',
  type: 'bell.rang',
  v: 1,
  key: 'bell',
  data: { bell: Type.String() },
});

const GROUP = '/streams/BELLS_STREAM/groups/ears';
const OLD = '/streams/BELLS_STREAM/groups/former';

async function startBells(t: Test) {
  const heard: string[] = [];
  const bells = defineModule({ name: 'bells', stream: 'BELLS_STREAM', publishes: [rang] });
  const ears = defineModule({
    name: 'ears',
    listens: [rang],
    setup: () => ({
      handlers: [on(rang, async (events) => void heard.push(...events.map(({ key }) => key)))],
    }),
  });
  const host = await startTestHost(t, { modules: [bells, ears] });
  const ring = (...names: string[]) =>
    host.context('bells').republish(names.map((bell) => rang.create({ bell })));
  return { host, heard, ring, key: `${host.env.keyPrefix}BELLS_STREAM` };
}

/** What the calls give: each some of it. */
interface Body {
  lag: number;
  pending: number;
  pausedAt: number | null;
  listening: boolean;
  entries: number;
  from: string;
  items: object[];
  streams: { groups: { group: string; health: string }[] }[];
}

async function call(
  host: TestHost,
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  payload?: object,
): Promise<{ status: number; body: Body }> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const request = { method, url: `/api/admin${url}`, headers, ...(payload && { payload }) };
  const response = await host.app.inject(request);
  return { status: response.statusCode, body: response.json<Body>() };
}

const pendingOf = async (host: TestHost, group = GROUP) =>
  (await call(host, 'GET', `${group}/pending`)).body;

async function healthOf(host: TestHost): Promise<string | undefined> {
  const { body } = await call(host, 'GET', '/health');
  return body.streams[0]?.groups.find(({ group }) => group === 'ears')?.health;
}

test('a group that is paused is said to be, takes nothing, and leaves its process ready', async (t) => {
  const { host, heard, ring } = await startBells(t);
  const paused = await call(host, 'POST', `${GROUP}/pause`);
  t.match(paused, { status: 200, body: { group: 'ears', pausedAt: Number } });
  t.equal((await call(host, 'POST', `${GROUP}/pause`)).body.pausedAt, paused.body.pausedAt);
  await ring('a', 'b');
  t.match(await pendingOf(host), { lag: 2, pausedAt: paused.body.pausedAt, listening: true });
  await eventually('its health says so', async () => (await healthOf(host)) === 'paused');
  t.equal((await host.app.inject('/readyz')).statusCode, 200);
  t.same(heard, []);
  t.match(await call(host, 'POST', `${GROUP}/resume`), { status: 200, body: { pausedAt: null } });
  await eventually('it goes on', () => heard.length === 2);
  await eventually('it is well again', async () => (await healthOf(host)) === 'ok');
});

test('a group is set back once it is known how many entries are handled again', async (t) => {
  const { host, heard, ring, key } = await startBells(t);
  await ring('a', 'b', 'c', 'd');
  await eventually('all are handled', async () => {
    const { lag, pending } = await pendingOf(host);
    return heard.length === 4 && lag === 0 && pending === 0;
  });
  const ids = (await host.env.redis.xrange(key, '-', '+')).map(([id]) => id);
  t.match(await call(host, 'POST', `${GROUP}/offset`, { to: 'start' }), { status: 400 });
  const dry = await call(host, 'POST', `${GROUP}/offset`, {
    to: ids[1],
    dryRun: true,
  });
  t.match(dry, { status: 200, body: { entries: 3, first: ids[1], from: ids[3], dryRun: true } });
  t.equal(heard.length, 4, 'which changes nothing');

  const stale = { to: ids[1], expected: { entries: 2, from: dry.body.from } };
  t.match(await call(host, 'POST', `${GROUP}/offset`, stale), {
    status: 409,
    body: { type: 'urn:millrace:problem:group-changed', entries: 3 },
  });
  const expected = { entries: 3, from: dry.body.from };
  const done = await call(host, 'POST', `${GROUP}/offset`, { to: ids[1], expected });
  t.match(done, { status: 200, body: { entries: 3, dryRun: false } });
  await eventually('they are handled again', () => heard.length === 7);
  t.same(heard.slice(4).toSorted(), ['b', 'c', 'd']);

  const forwards = { to: String(Date.now() + 60_000), dryRun: true };
  t.match(await call(host, 'POST', `${GROUP}/offset`, forwards), {
    status: 409,
    body: { type: 'urn:millrace:problem:group-forwards' },
  });
  for (const to of ['soon', '1-', '-1', '99999999999999999999999-0'])
    t.equal((await call(host, 'POST', `${GROUP}/offset`, { to, dryRun: true })).status, 400, to);
});

test('what an operator has done to a group is in the audit log', async (t) => {
  const { host } = await startBells(t);
  await call(host, 'POST', `${GROUP}/pause`);
  const { body } = await call(host, 'GET', '/audit');
  t.match(body.items[0], {
    who: 'ADMIN_TOKEN',
    target: 'streams/BELLS_STREAM/ears',
    before: { pausedAt: null },
    after: { pausedAt: Number },
  });
});

test('a group that nobody reads is removed by the numbers that were seen, and no other', async (t) => {
  const { host, ring, key } = await startBells(t);
  await ring('a', 'b', 'c');
  const { redis } = host.env;
  await redis.xgroup('CREATE', key, 'former', '0');
  t.match(await pendingOf(host, OLD), { lag: 3, pending: 0, listening: false });
  t.match(await call(host, 'DELETE', `${OLD}?pending=0`), {
    status: 409,
    body: { type: 'urn:millrace:problem:group-changed', lag: 3 },
  });
  t.equal((await call(host, 'DELETE', OLD)).status, 400);
  t.match(await call(host, 'DELETE', `${GROUP}?pending=0&lag=0`), {
    status: 409,
    body: { type: 'urn:millrace:problem:group-listening' },
  });
  const letter = await redis.xadd(`{${key}}:dead:former`, '*', 'originId', '1-0');
  t.match(await call(host, 'DELETE', `${OLD}?pending=0&lag=3`), {
    status: 409,
    body: { type: 'urn:millrace:problem:group-dead-letters' },
  });
  await redis.xdel(`{${key}}:dead:former`, letter!);
  t.match(await call(host, 'DELETE', `${OLD}?pending=0&lag=3`), {
    status: 200,
    body: { group: 'former', lag: 3, pending: 0 },
  });
  t.equal((await call(host, 'GET', `${OLD}/pending`)).status, 404);
  await redis.xgroup('CREATE', key, 'living', '0');
  await redis.xreadgroup('GROUP', 'living', 'c', 'COUNT', 9, 'STREAMS', key, '>');
  t.match(await call(host, 'DELETE', '/streams/BELLS_STREAM/groups/living?pending=3&lag=0'), {
    status: 409,
    body: { type: 'urn:millrace:problem:group-alive' },
  });
});

test('streams and groups that are not there are told from those that are', async (t) => {
  const { host } = await startBells(t);
  for (const path of ['pending', 'pause', 'resume', 'offset']) {
    const method = path === 'pending' ? 'GET' : 'POST';
    const body = path === 'offset' ? { to: 'start', dryRun: true } : undefined;
    const answer = await call(host, method, `/streams/BELLS_STREAM/groups/nobody/${path}`, body);
    t.match(answer, { status: 404, body: { type: 'urn:millrace:problem:unknown-group' } });
  }
  t.match(await call(host, 'GET', '/streams/NO_STREAM/entries'), { status: 404 });
});
