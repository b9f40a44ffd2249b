/** A group that is paused takes no entries, in whatever process, until it is resumed; nothing is lost by it. */
import { test, type Test } from 'tap';
import { eventually, openTestEnvironment } from '../support.ts';
import { listen, openBus, pendingOf, STREAM, type BusKit, type Happened } from './kit.ts';

const things = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ k: `key-${from + i}`, n: from + i }));

const numbers = (seen: readonly Happened[]) =>
  seen.map(({ data }) => data.n).toSorted((a, b) => a - b);

const lagOf = async ({ bus }: BusKit) => (await bus.inspect(STREAM))?.groups[0]?.lag;

/** A bus in the environment whose readers have obeyed the pause, as far as it is to be seen. */
async function openReader(t: Test, env: BusKit['env'], handle?: Parameters<typeof listen>[1]) {
  const kit = await openBus(t, { env, options: { housekeepEveryMs: 50 } });
  const seen = listen(kit, handle);
  await kit.bus.start();
  return { kit, seen };
}

test('a paused group takes nothing in any process, and goes on where it was when it is resumed', async (t) => {
  const env = await openTestEnvironment(t);
  const a = await openReader(t, env);
  const b = await openReader(t, env);
  await a.kit.append(...things(0, 20));
  await eventually('both have begun', () => a.seen.length + b.seen.length === 20);

  await a.kit.bus.operations.pause(STREAM, 'readers');
  await eventually('the other process has seen it', async () => {
    const before = b.seen.length + a.seen.length;
    await a.kit.append({ k: 'probe', n: 1000 + before });
    await eventually('it is given to somebody, or to nobody', async () => {
      const [info] = (await a.kit.bus.inspect(STREAM))!.groups;
      return info!.lag! > 0 || (a.seen.length + b.seen.length > before && info!.pending === 0);
    });
    return (await lagOf(a.kit))! > 0;
  });
  const before = a.seen.length + b.seen.length;
  const waiting = (await lagOf(a.kit))!;
  await a.kit.append(...things(20, 500));
  const paused = (await a.kit.bus.inspect(STREAM))!.groups[0]!;
  t.equal(paused.lag, waiting + 500);
  t.ok(paused.pausedAt! > 0, 'it is said since when');
  t.same(a.kit.bus.failing(), [], 'nothing is wrong with a process that was told to wait');

  const c = await openReader(t, env);
  t.equal(await lagOf(a.kit), waiting + 500, 'a process that starts later waits, too');
  t.equal(a.seen.length + b.seen.length + c.seen.length, before);

  await b.kit.bus.operations.resume(STREAM, 'readers');
  await eventually('all is handled', async () => {
    const [info] = (await a.kit.bus.inspect(STREAM))!.groups;
    return info!.lag === 0 && info!.pending === 0;
  });
  t.equal(a.seen.length + b.seen.length + c.seen.length, before + waiting + 500);
  t.equal((await a.kit.bus.inspect(STREAM))!.groups[0]!.pausedAt, null);
});

test('what is in flight when a group is paused ends, and is acknowledged', async (t) => {
  const env = await openTestEnvironment(t);
  const { promise: held, resolve: end } = Promise.withResolvers<void>();
  const { kit, seen } = await openReader(t, env, () => held);
  await kit.append(...things(0, 3));
  await eventually('the handler is at work', () => seen.length > 0);
  await eventually('all are given', async () => (await lagOf(kit)) === 0);
  await kit.bus.operations.pause(STREAM, 'readers');
  t.equal(await pendingOf(kit), 3);
  end();
  await eventually('they are acknowledged', async () => (await pendingOf(kit)) === 0);
  t.same(numbers(seen), [0, 1, 2]);
});

test('entries of a process that has died are claimed only once the group is resumed', async (t) => {
  const env = await openTestEnvironment(t);
  const dying = await openReader(t, env, () => new Promise(() => undefined));
  await dying.kit.append(...things(0, 5));
  await eventually('it has them', async () => (await pendingOf(dying.kit)) === 5);
  await dying.kit.bus.operations.pause(STREAM, 'readers');
  dying.kit.crash();
  const heir = await openReader(t, env);
  await eventually('they are idle for long', async () => {
    const rows = await env.redis.xpending(dying.kit.key, 'readers', 'IDLE', 1500, '-', '+', 9);
    return rows.length === 5;
  });
  t.same(heir.seen, []);
  await heir.kit.bus.operations.resume(STREAM, 'readers');
  await eventually('they are claimed and handled', () => heir.seen.length === 5);
});

test('a paused group stays paused over a restart, and stopping drains as always', async (t) => {
  const env = await openTestEnvironment(t);
  const first = await openReader(t, env);
  await first.kit.bus.operations.pause(STREAM, 'readers');
  await first.kit.bus.stop();
  await first.kit.append(...things(0, 10));
  const again = await openReader(t, env);
  const since = Date.now();
  await eventually('it could have read several times', () => Date.now() - since > 300);
  t.equal(await lagOf(again.kit), 10);
  await again.kit.bus.operations.resume(STREAM, 'readers');
  await eventually('all are handled', () => again.seen.length === 10);
});

test('nothing that a paused group has not handled is trimmed', async (t) => {
  const env = await openTestEnvironment(t);
  const kit = await openBus(t, { env, options: { housekeepEveryMs: 50 } });
  kit.bus.maintain(STREAM, { maxLength: 10, maxAgeMs: 1 }, async () => undefined);
  const seen = listen(kit);
  const others = listen(kit, undefined, 'others');
  await kit.bus.operations.pause(STREAM, 'readers');
  await kit.bus.start();
  await kit.append(...things(0, 1000));
  await eventually('the other group has handled all', () => others.length === 1000);
  let looks = 0;
  await eventually('several looks were taken', async () => {
    looks += (await env.redis.hget(`{${kit.key}}:positions`, 'others')) === null ? 0 : 1;
    return looks > 5;
  });
  t.equal(await env.redis.xlen(kit.key), 1000);
  await kit.bus.operations.resume(STREAM, 'readers');
  await eventually('it has handled all', () => seen.length === 1000);
  await eventually(
    'what both have handled goes',
    async () => (await env.redis.xlen(kit.key)) < 300,
  );
});

test('a Redis that has lost everything has paused nothing', async (t) => {
  const env = await openTestEnvironment(t);
  const { kit, seen } = await openReader(t, env);
  await kit.bus.operations.pause(STREAM, 'readers');
  await env.redis.del(kit.key, `{${kit.key}}:paused`, `{${kit.key}}:positions`);
  await kit.append(...things(0, 10));
  await eventually('the group is there again, and reads', () => seen.length === 10);
});
