/** The live feed: one snapshot a second for all who listen, when something has changed, and none for nobody. */
import { test, type Test } from 'tap';
import type { Snapshot } from '../../src/http/admin/api.ts';
import { openEventStream } from '../sent-events.ts';
import { place, seed } from '../shop.ts';
import { ADMIN_TOKEN, eventually, startTestHost, type TestHost } from '../support.ts';

const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };

async function health(host: TestHost): Promise<Snapshot> {
  return (await host.app.inject({ url: '/api/admin/health', headers })).json<Snapshot>();
}

async function listen(t: Test, url: string) {
  const feed = await openEventStream<Snapshot>(`${url}/api/admin/live`, headers);
  t.teardown(() => feed.close());
  return feed;
}

const groupsOf = ({ streams }: Snapshot) =>
  streams.flatMap(({ stream, groups }) => groups.map((group) => ({ stream, ...group })));

test('a shop in one process shows every module with one instance, and is well when idle', async (t) => {
  const host = await startTestHost(t);
  await host.app.listen({ host: '127.0.0.1', port: 0 });
  const snapshot = await eventually('all is well', async () => {
    const found = await health(host);
    return found.modules.every((one) => one.health === 'ok') && found;
  });
  t.ok(snapshot.modules.every(({ instances }) => instances.length === 1));
  t.ok(groupsOf(snapshot).every((one) => one.health === 'ok'));
});

test('while orders flow, five listeners get the same snapshots, one a second at most, with rates', async (t) => {
  const host = await startTestHost(t);
  await seed(host, [{ productId: 'a', stockQty: 10_000 }]);
  const url = await host.app.listen({ host: '127.0.0.1', port: 0 });
  const began = performance.now();
  const feeds = await Promise.all(Array.from({ length: 5 }, () => listen(t, url)));
  const first = feeds[0]!.events;
  let ordered = 0;
  await eventually('six snapshots', async () => {
    await Promise.all(Array.from({ length: 20 }, () => place(host, { a: 1 })));
    ordered += 20;
    return first.length >= 6;
  });
  const seconds = (performance.now() - began) / 1000;
  for (const { events } of feeds)
    t.ok(events.length <= seconds + 1, `${events.length} in ${seconds} s, for ${ordered} orders`);
  const times = feeds.map(({ events }) => events.slice(1, 6).map(({ data }) => data.at));
  for (const one of times) t.same(one, times[0], 'one sampler for all');
  const looks = first.map(({ data: { at, streams } }) => {
    const orders = streams.find(({ stream }) => stream === 'ORDERS_STREAM')!;
    const acknowledged = Math.max(...orders.groups.map(({ perSecond }) => perSecond));
    return { at, acknowledged, ...orders };
  });
  const grown = looks
    .slice(1)
    .reduce((sum, look, i) => sum + (look.perSecond * (look.at - looks[i]!.at)) / 1000, 0);
  const came = looks.at(-1)!.length - looks[0]!.length;
  t.ok(came > 0 && Math.abs(grown - came) < 5, `the rates make up ${grown} entries of ${came}`);
  t.ok(
    looks.some(({ acknowledged }) => acknowledged > 0),
    'and those acknowledged have rates',
  );
});

test('where nothing changes, nothing is sent but a sign of life', async (t) => {
  const host = await startTestHost(t);
  const url = await host.app.listen({ host: '127.0.0.1', port: 0 });
  await eventually('all is well', async () =>
    groupsOf(await health(host)).every(({ lag, pending }) => lag === 0 && pending === 0),
  );
  const feed = await listen(t, url);
  await eventually('two comments', () => feed.others.filter((one) => one === ':').length >= 2);
  const { length } = feed.events;
  await eventually('two more', () => feed.others.filter((one) => one === ':').length >= 4);
  t.equal(feed.events.length, length);
});

test('a feed is for the operator alone, and ends in order when the process stops', async (t) => {
  const host = await startTestHost(t);
  const url = await host.app.listen({ host: '127.0.0.1', port: 0 });
  t.equal((await fetch(`${url}/api/admin/live`)).status, 401);
  t.equal((await fetch(`${url}/api/admin/health`)).status, 401);
  const feed = await listen(t, url);
  await eventually('a snapshot', () => feed.events.length > 0);
  await host.stop();
  t.equal(await feed.ended, 'ended');
});

test('while Redis does not answer, the feed says so instead of what it was', async (t) => {
  const host = await startTestHost(t);
  const url = await host.app.listen({ host: '127.0.0.1', port: 0 });
  const feed = await listen(t, url);
  await eventually('a snapshot', () => feed.events.length > 0);
  t.intercept(host.bus, 'inspect', { value: () => Promise.reject(new Error('away')) });
  await eventually('trouble', () => feed.events.at(-1)?.event === 'trouble');
  t.pass('it is told');
});
