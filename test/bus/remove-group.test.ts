/** A group that nobody reads is removed with all that is kept for it; one that somebody may need is not. */
import { test } from 'tap';
import { keyBeside } from '../../src/bus/connections.ts';
import { deadLetterStream } from '../../src/bus/recover/dead-letter.ts';
import { eventually } from '../support.ts';
import { listen, openBus, STREAM, type BusKit } from './kit.ts';

const OLD = 'old';

/** A stream of ten things with a group of which a consumer has three pending. */
async function openAbandoned(t: Parameters<typeof openBus>[0]): Promise<BusKit> {
  const kit = await openBus(t, { options: { claimIdleMs: 100 } });
  await kit.append(...Array.from({ length: 10 }, (_, n) => ({ k: `k${n}`, n })));
  const { redis } = kit.env;
  await redis.xgroup('CREATE', kit.key, OLD, '0');
  await redis.xreadgroup('GROUP', OLD, 'gone', 'COUNT', 3, 'STREAMS', kit.key, '>');
  await redis.hset(keyBeside(kit.key, 'positions'), OLD, '0-0');
  await kit.bus.operations.pause(STREAM, OLD);
  return kit;
}

async function look({ bus }: BusKit) {
  const looked = await bus.operations.pending(STREAM, OLD);
  if (!looked) throw new Error('the group is gone');
  return looked;
}

const isSilent = (kit: BusKit) => async () => (await look(kit)).consumers[0]!.idleMs > 400;

test('what is pending in a group is told by consumer', async (t) => {
  const kit = await openAbandoned(t);
  const looked = await look(kit);
  t.match(looked, { lag: 7, pending: 3, consumerCount: 1 });
  t.match(looked.consumers, [{ consumer: 'gone', pending: 3, maxDeliveries: 1 }]);
  t.equal(looked.oldest.length, 3);
  t.equal(await kit.bus.operations.pending(STREAM, 'nobody'), undefined);
});

test('an abandoned group is removed with its offset and its pause', async (t) => {
  const kit = await openAbandoned(t);
  await eventually('it is silent for long', isSilent(kit));
  t.equal(await kit.bus.operations.remove(STREAM, OLD, await look(kit)), 'removed');
  t.same((await kit.bus.inspect(STREAM))?.groups, []);
  const { redis } = kit.env;
  t.equal(await redis.hget(keyBeside(kit.key, 'positions'), OLD), null);
  t.same(await kit.bus.operations.paused(STREAM), new Map());
  t.equal(await redis.xlen(kit.key), 10, 'the stream is as it was');
  const looked = { lastDelivered: '0-0', pending: 0 };
  t.equal(await kit.bus.operations.remove(STREAM, OLD, looked), 'gone');
});

test('a group whose consumer is alive stays', async (t) => {
  const kit = await openBus(t);
  listen(kit, undefined, OLD);
  await kit.bus.start();
  await kit.append({ k: 'a', n: 1 });
  await eventually('it reads', async () => (await look(kit)).consumers.length > 0);
  t.equal(await kit.bus.operations.remove(STREAM, OLD, await look(kit)), 'alive');
});

test('a group that has dead letters, or has changed since it was looked at, stays', async (t) => {
  const kit = await openAbandoned(t);
  const { redis } = kit.env;
  await eventually('it is silent for long', isSilent(kit));
  const looked = await look(kit);
  await redis.xack(kit.key, OLD, looked.oldest[0]!.id);
  t.equal(await kit.bus.operations.remove(STREAM, OLD, looked), 'changed');
  await redis.xadd(deadLetterStream(kit.key, OLD), '*', 'originId', '1-0');
  t.equal(await kit.bus.operations.remove(STREAM, OLD, await look(kit)), 'dead-letters');
  t.equal((await kit.bus.inspect(STREAM))?.groups.length, 1);
});
