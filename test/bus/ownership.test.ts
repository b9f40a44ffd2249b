/** A reader that stood still begins nothing that others have claimed meanwhile. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'tap';
import { eventually } from '../support.ts';
import { listen, openBus, pendingOf } from './kit.ts';

test('a process that was stopped (SIGSTOP) while its entries were claimed does not handle them', async (t) => {
  const kit = await openBus(t);
  const { redis, redisUrl, keyPrefix } = kit.place;
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
