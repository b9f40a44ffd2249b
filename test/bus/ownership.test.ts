/** A reader that stood still begins nothing that others have claimed meanwhile. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { mock } from 'node:test';
import { test } from 'tap';
import { createOwnership } from '../../src/bus/recover/claimer.ts';
import { createDelivery, createInFlight } from '../../src/bus/consume/in-flight.ts';
import { on } from '../../src/bus/index.ts';
import type { RedisClient } from '../../src/bus/connections.ts';
import { eventually } from '../support.ts';
import { happened, listen, openBus, pendingOf } from './kit.ts';

test('a process that was stopped (SIGSTOP) while its entries were claimed does not handle them', async (t) => {
  const kit = await openBus(t);
  const { redis, redisUrl, keyPrefix } = kit.env;
  await kit.append(...Array.from({ length: 6 }, (_, n) => ({ k: `key-${n}`, n })));
  const frozen = spawn(
    process.execPath,
    [join(import.meta.dirname, 'consumer.ts'), redisUrl, keyPrefix],
    { stdio: 'inherit' },
  );
  const exited = once(frozen, 'exit');
  t.teardown(async () => {
    frozen.kill('SIGKILL');
    await exited;
  });
  await eventually(
    'it works on the first and holds the others',
    async () => (await redis.llen(`${keyPrefix}begun`)) === 1 && (await pendingOf(kit)) === 6,
  );
  frozen.kill('SIGSTOP');

  const seen = listen(kit);
  await kit.bus.start();
  await eventually('another has claimed and handled all', () => seen.length === 6);
  await eventually('and acknowledged them', async () => (await pendingOf(kit)) === 0);

  await redis.set(`${keyPrefix}go`, '1');
  frozen.kill('SIGCONT');
  await kit.append({ k: 'later', n: 6 }, { k: 'latest', n: 7 });
  await eventually('everything is done', async () => {
    const groups = (await redis.xinfo('GROUPS', kit.key)) as unknown[][];
    return (await pendingOf(kit)) === 0 && groups[0]?.[groups[0].indexOf('lag') + 1] === 0;
  });
  const begun = (await redis.lrange(`${keyPrefix}begun`, 0, -1)).map(Number).filter((n) => n < 6);
  t.same(
    begun,
    [0],
    'of what was claimed it had begun one before it stood still, and began no other',
  );
});

test('what comes while a late renewal is under way is begun only where Redis says that it is ours', async (t) => {
  mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
  t.teardown(() => mock.timers.reset());
  const claimIdleMs = 9000;
  let others: string[] = [];
  const asked: string[][] = [];
  const redis = {
    eval: async (...[, , , , , ...entryIds]: unknown[]) => {
      asked.push(entryIds as string[]);
      return entryIds.filter((id) => others.includes(id as string));
    },
  };
  const inFlight = createInFlight({ maxInFlight: 10, maxInFlightBytes: 1000 });
  const ref = { redis: redis as unknown as RedisClient, stream: 's', group: 'g', consumer: 'c' };
  const ownership = createOwnership({ ref, inFlight, claimIdleMs });
  const receive = (entryId: string) => {
    const event = { entryId, key: entryId } as Parameters<typeof createDelivery>[0];
    const delivery = createDelivery(
      event,
      on(happened, async () => undefined),
      1,
    );
    inFlight.add(entryId, delivery);
    return delivery;
  };

  ownership.renewed(Date.now(), []);
  mock.timers.tick(claimIdleMs / 3);
  ownership.renewed(Date.now(), []);
  const early = receive('1-0');
  t.same(await ownership.keepOurs([early]), [early]);
  t.same(asked, [], 'while renewals come in time, nothing is asked');

  // It stands still, and others claim; what had been sent to it before is read only now.
  mock.timers.tick(4 * claimIdleMs);
  const renewal = Date.now();
  const [kept, claimed] = [receive('2-0'), receive('3-0')];
  others = ['3-0'];
  ownership.renewed(renewal, []);
  t.same(await ownership.keepOurs([kept, claimed]), [kept]);
  t.same(asked, [['2-0', '3-0']]);
  t.same(inFlight.ids(), ['1-0', '2-0'], "the other consumer's is in flight no more");

  mock.timers.tick(claimIdleMs / 3);
  ownership.renewed(Date.now(), []);
  const later = receive('4-0');
  t.same(await ownership.keepOurs([later]), [later]);
  t.equal(asked.length, 1, 'once a renewal came in time, nothing is asked again');
});
