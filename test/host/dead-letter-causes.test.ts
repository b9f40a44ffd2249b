/** Dead letters by cause: counted, listed, handled again and discarded as many as are meant, and no others. */
import { test } from 'tap';
import { ADMIN_TOKEN, type TestHost } from '../support.ts';
import { call, fill, startApart, startEars, type LetterPage, type Replayed } from './bells.ts';

const many = (count: number, bell: string) => Array.from({ length: count }, () => bell);

async function groupsOf(host: TestHost) {
  const response = await host.app.inject({
    url: '/api/admin/dead-letters',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  return response.json<{
    total: number;
    items: { group: string; cause: string; count: number; lastId: string }[];
  }>();
}

/** Runs a replay by filter to its end, as a page does; gives what became of all. */
async function runReplay(host: TestHost, body: object) {
  const replayed: string[] = [];
  const failed: string[] = [];
  for (let from: string | null | undefined; from !== null;) {
    const response = await call(host, 'POST', '/replay', { ...body, ...(from && { from }) });
    if (response.statusCode !== 200) throw new Error(response.body);
    const answer = response.json<Replayed>();
    replayed.push(...answer.replayed);
    failed.push(...answer.failed.map(({ id }) => id));
    from = answer.nextCursor;
  }
  return { replayed, failed };
}

test('the dead letters of all groups are counted by event and cause', async (t) => {
  const { host } = await startEars(t);
  await fill(host, ['a', 'b'], { error: 'bell 1 is cracked' });
  const [last] = await fill(host, ['c'], { error: 'bell 2 is cracked' });
  await fill(host, ['d'], { error: 'no rope', group: 'others', fields: { type: 'bell.fell' } });
  const { total, items } = await groupsOf(host);
  t.equal(total, 4);
  t.match(items, [
    {
      stream: 'BELLS_STREAM',
      group: 'ears',
      type: 'bell.rang',
      cause: 'bell # is cracked',
      count: 3,
      lastId: last,
      error: 'bell 2 is cracked',
    },
    { group: 'others', type: 'bell.fell', cause: 'no rope', count: 1 },
  ]);
});

test('those of one cause are listed page by page, with how many there are', async (t) => {
  const { host } = await startEars(t);
  const wanted: string[] = [];
  for (let i = 0; i < 25; i += 1) {
    wanted.push(...(await fill(host, ['a'], { error: `bell ${i} is cracked`, size: 60_000 })));
    await fill(host, many(30, 'b'), { error: 'no rope' });
  }
  const cause = encodeURIComponent('bell # is cracked');
  for (const limit of [3, 10, 500]) {
    const found: string[] = [];
    for (let from = ''; ;) {
      const response = await call(host, 'GET', `?group=ears&cause=${cause}&limit=${limit}${from}`);
      const { items, total, nextCursor } = response.json<LetterPage>();
      t.equal(total, 25);
      t.ok(items.length <= limit && response.body.length < 1_200_000);
      found.push(...items.map(({ id }) => id));
      if (nextCursor === null) break;
      from = `&from=${nextCursor}`;
    }
    t.same(found, wanted, `limit ${limit}`);
  }
  t.equal((await call(host, 'GET', `?cause=${cause}`)).statusCode, 400, 'a filter wants a group');
});

test('a replay by filter tries each once, and none that come meanwhile', async (t) => {
  const broken = new Set(['later', 'broken']);
  const { host, heard } = await startEars(t, broken);
  const good = await fill(host, many(250, 'good'), { error: 'bell 1 is cracked' });
  const bad = await fill(host, many(30, 'broken'), { error: 'bell 2 is cracked' });
  await fill(host, many(40, 'other'), { error: 'no rope' });
  const [before] = (await groupsOf(host)).items;
  await fill(host, many(20, 'good'), { error: 'bell 3 is cracked' });
  const meant = { group: 'ears', cause: 'bell # is cracked', upTo: before!.lastId, limit: 100 };
  const { replayed, failed } = await runReplay(host, meant);
  t.equal(replayed.length + failed.length, before!.count);
  t.same(replayed, good);
  t.same(failed, bad, 'each that fails is tried once');
  t.same(heard, many(250, 'good'));
  const after = await groupsOf(host);
  t.same(
    after.items.map(({ cause, count }) => [cause, count]),
    [
      ['bell # is cracked', 50],
      ['no rope', 40],
    ],
  );
});

test('a discard of another number than there is now removes nothing', async (t) => {
  const { host } = await startEars(t);
  await fill(host, many(60, 'a'), { error: 'bell 1 is cracked' });
  await fill(host, many(5, 'a'), { error: 'no rope' });
  const [before] = (await groupsOf(host)).items;
  const meant = { group: 'ears', cause: 'bell # is cracked' };
  const discard = (body: object) => call(host, 'POST', '/discard', { ...meant, ...body });
  t.equal((await discard({})).statusCode, 400, 'it wants a number');
  t.equal((await discard({ ids: [before!.lastId], expected: 1 })).statusCode, 400);
  await fill(host, many(2, 'a'), { error: 'bell 2 is cracked' });
  const refused = await discard({ expected: 60 });
  t.equal(refused.statusCode, 409);
  t.match(refused.json(), { type: 'urn:millrace:problem:another-number', meant: 62 });
  t.equal((await groupsOf(host)).total, 67);
  const done = await discard({ expected: 60, upTo: before!.lastId });
  t.same(done.json(), { discarded: 60, left: 7, meant: 0 });
  t.match(await groupsOf(host), { total: 7, items: [{ count: 5 }, { count: 2 }] });
});

test('a discard of more than one call removes goes on with the number that is left', async (t) => {
  const { host } = await startEars(t);
  for (let i = 0; i < 12; i += 1) await fill(host, many(1000, 'a'));
  await fill(host, ['a'], { error: 'no rope' });
  const discard = (expected: number) =>
    call(host, 'POST', '/discard', { group: 'ears', cause: 'it was', expected });
  t.same((await discard(12_000)).json(), { discarded: 10_000, left: 2001, meant: 2000 });
  t.same((await discard(2000)).json(), { discarded: 2000, left: 1, meant: 0 });
});

test('a replay by filter is carried out where the group is read', async (t) => {
  const { host, reader, heard } = await startApart(t);
  const ids = await fill(host, ['one', 'two'], { error: 'bell 1 is cracked' });
  await fill(reader, ['three'], { error: 'no rope' });
  const { replayed } = await runReplay(host, {
    group: 'ears',
    cause: 'bell # is cracked',
    limit: 1,
  });
  t.same(replayed, ids);
  t.same(heard, ['one', 'two']);
});
