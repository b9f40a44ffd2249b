/** Replays: what documents remember, published again for one group, whatever ends on the way. */
import { test } from 'tap';
import { on, type OutboxRecord } from '../../src/bus/index.ts';
import { createReplayStream } from '../../src/bus/replay/stream.ts';
import { eventually } from '../support.ts';
import { happened, listen, openBus, STREAM, type Happened } from './kit.ts';

const RUN = 'run';

async function* remembered(count: number): AsyncGenerator<OutboxRecord> {
  for (let n = 0; n < count; n += 1) yield happened.create({ k: `k${n % 100}`, n });
}

test('a replay is given to the group that asked, and to nobody else', async (t) => {
  const kit = await openBus(t);
  const others = listen(kit);
  kit.bus.answerReplays(STREAM, 'owner', () => remembered(2500));
  await kit.bus.start();
  const seen: Happened[] = [];
  const replay = kit.bus.replay(STREAM, 'readers', RUN);
  await replay.ensureRunning();
  await replay.read([on(happened, async (events: Happened[]) => void seen.push(...events))]);
  await eventually('all is handled', async () => (await replay.ensureRunning()).complete);
  t.match(await replay.progress(), { sent: 2500, waiting: 0, appended: true, failure: undefined });
  t.same(
    seen.map(({ data }) => data.n).toSorted((a, b) => a - b),
    Array.from({ length: 2500 }, (_, n) => n),
  );
  t.same(others, []);
  t.same(kit.bus.streams(), [STREAM], 'and the operator sees the streams of contracts');
  await replay.remove();
  t.same(await kit.env.redis.keys(`{${kit.key}}:replay:*`), []);
});

test('what nobody handles is appended up to a bound', async (t) => {
  const kit = await openBus(t);
  let read = 0;
  kit.bus.answerReplays(STREAM, 'owner', async function* () {
    for await (const event of remembered(50_000)) {
      read += 1;
      yield event;
    }
  });
  await kit.bus.start();
  const replay = kit.bus.replay(STREAM, 'readers', RUN);
  await replay.ensureRunning();
  await eventually('the bound is reached', async () => (await replay.progress()).sent >= 10_000);
  const { redis } = kit.env;
  const key = `{${kit.key}}:replay:readers:${RUN}`;
  // Rounds of the teller, in which it looks and may not go on.
  for (let round = 0; round < 50; round += 1) await redis.ping();
  t.ok((await redis.xlen(key)) <= 10_500, 'the stream is short');
  t.ok(read <= 11_500, `${read} were read`);
  await replay.remove();
  await eventually('the teller has ended', async () => {
    const state = await kit.bus.inspect(`millrace:bus:replays:${STREAM}`);
    return state?.groups[0]?.pending === 0;
  });
  t.equal(await redis.exists(key), 0, 'and it has not made the stream anew');
});

test('of two who tell the same, one ends; what one has begun late is not taken for all', async (t) => {
  const { env, key } = await openBus(t);
  const { redis } = env;
  const stream = createReplayStream(redis, key, 'readers', RUN);
  t.equal(await stream.begin(), null, 'nobody has asked');
  await stream.keep();
  const entries = [happened.create({ k: 'a', n: 1 })];
  const first = await stream.begin();
  const second = await stream.begin();
  const last = await stream.append(second!, entries);
  t.ok(last);
  t.equal(await stream.append(first!, entries), null, 'the stream has gone on without it');
  await stream.end(first!);
  t.match(await stream.progress(), { appended: false });
  await stream.end(last!);
  t.match(await stream.progress(), { appended: true, complete: false, sent: 1 });
  t.equal(await stream.append(last!, entries), null, 'all is appended');
  t.equal(await stream.begin(), null);
});

test('a Redis that has lost the end of a replay is noticed', async (t) => {
  const { env, key } = await openBus(t);
  const { redis } = env;
  const stream = createReplayStream(redis, key, 'readers', RUN);
  await stream.keep();
  const last = await stream.append((await stream.begin())!, [happened.create({ k: 'a', n: 1 })]);
  await redis.del(stream.key);
  await stream.end(last!);
  t.match(await stream.progress(), { appended: false, complete: false });
  await stream.keep();
  t.equal(await stream.append(last!, [happened.create({ k: 'a', n: 2 })]), null);
  t.match(
    await stream.progress(),
    { appended: false, sent: 0 },
    'it is appended from the beginning',
  );
});

test('events that cannot be read fail the replay with the reason', async (t) => {
  const kit = await openBus(t, { options: { maxDeliveries: 2 } });
  kit.bus.answerReplays(STREAM, 'owner', async function* () {
    yield* remembered(1);
    throw new Error('a document that is none');
  });
  await kit.bus.start();
  const replay = kit.bus.replay(STREAM, 'readers', RUN);
  const failed = await eventually('it failed', async () => {
    const { failure } = await replay.ensureRunning();
    return failure !== undefined && failure;
  });
  t.equal(failed, 'a document that is none');
  await replay.remove();
  t.match(await replay.progress(), { failure: undefined, sent: 0 });
});
