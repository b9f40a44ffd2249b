/** Memory is bounded, and no unread entry is ever trimmed. */
import { pino } from 'pino';
import { test } from 'tap';
import { keyBeside } from '../../src/bus/connections.ts';
import { compareIds } from '../../src/bus/index.ts';
import { eventually, openTestEnvironment } from '../support.ts';
import { listen, openBus, STREAM, type BusKit, happened } from './kit.ts';

const many = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ k: `key-${from + i}`, n: from + i }));

async function openOwner(
  t: Parameters<typeof openBus>[0],
  retention: { maxLength: number; maxAgeMs: number },
): Promise<BusKit> {
  const kit = await openBus(t, { options: { housekeepEveryMs: 50, staleGroupMs: 300 } });
  kit.bus.maintain(STREAM, retention, async () => undefined);
  return kit;
}

test('entries that every group has handled go, down to the retention', async (t) => {
  const kit = await openOwner(t, { maxLength: 500, maxAgeMs: 0 });
  const seen = listen(kit);
  await kit.bus.start();
  await kit.append(...many(0, 3000));
  await eventually('all are handled', () => seen.length === 3000);
  await eventually('the stream is short', async () => (await kit.env.redis.xlen(kit.key)) < 700);
  t.ok((await kit.env.redis.xlen(kit.key)) >= 500, 'what the retention asks for stays');
});

test('entries that one group has not acknowledged stay, however many there are', async (t) => {
  const kit = await openOwner(t, { maxLength: 10, maxAgeMs: 1 });
  await kit.env.redis.xgroup('CREATE', kit.key, 'late', '0', 'MKSTREAM');
  const seen = listen(kit);
  await kit.bus.start();
  await kit.append(...many(0, 1000));
  await eventually('the fast group has handled all', () => seen.length === 1000);
  const [pending] = (await kit.env.redis.xreadgroup(
    'GROUP',
    'late',
    'c',
    'COUNT',
    600,
    'STREAMS',
    kit.key,
    '>',
  )) as [string, [string, string[]][]][];
  const ids = pending![1].map(([id]) => id);
  await kit.env.redis.xack(kit.key, 'late', ...ids.slice(0, 300));

  await eventually(
    'what both have acknowledged is gone',
    async () => (await kit.env.redis.xlen(kit.key)) <= 800,
  );
  const [first] = await kit.env.redis.xrange(kit.key, '-', '+', 'COUNT', 1);
  t.ok(compareIds(first![0], ids[300]!) <= 0, 'the oldest unacknowledged entry is there');
  t.ok((await kit.env.redis.xlen(kit.key)) >= 700);
});

test('entries that are old go though the stream is short, where the retention says so', async (t) => {
  const kit = await openOwner(t, { maxLength: 1_000_000, maxAgeMs: 1 });
  const seen = listen(kit);
  await kit.bus.start();
  await kit.append(...many(0, 1000));
  await eventually('all are handled', () => seen.length === 1000);
  await eventually('the old ones are gone', async () => (await kit.env.redis.xlen(kit.key)) < 200);
  t.pass('age alone was enough');
});

test('a group that nobody reads is reported, and its entries are not trimmed', async (t) => {
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line) => void lines.push(line) });
  const kit = await openBus(t, { log, options: { housekeepEveryMs: 50, staleGroupMs: 300 } });
  kit.bus.maintain(STREAM, { maxLength: 1, maxAgeMs: 0 }, async () => undefined);
  await kit.env.redis.xgroup('CREATE', kit.key, 'forgotten', '0', 'MKSTREAM');
  listen(kit);
  await kit.bus.start();
  await kit.append(...many(0, 500));

  await eventually('it is reported', () => lines.length > 0);
  const since = Date.now();
  await eventually('several more looks were taken', () => Date.now() - since > 300);
  t.equal(lines.length, 1, 'once, not at every look');
  t.match(JSON.parse(lines[0]!), {
    group: 'forgotten',
    lag: 500,
    msg: /XGROUP DESTROY \S+THINGS_STREAM forgotten/,
  });
  t.equal(await kit.env.redis.xlen(kit.key), 500);
});

test('a group whose module has stopped listening to the stream is removed once nobody reads it', async (t) => {
  const listening = new Map([
    ['former', []],
    ['away', [happened]],
  ]);
  const options = { housekeepEveryMs: 50, staleGroupMs: 300 };
  const kit = await openBus(t, { listening, options });
  kit.bus.maintain(STREAM, { maxLength: 1, maxAgeMs: 0 }, async () => undefined);
  for (const group of ['former', 'away', 'strange'])
    await kit.env.redis.xgroup('CREATE', kit.key, group, '0', 'MKSTREAM');
  await kit.bus.start();
  await kit.append(...many(0, 10));
  const groups = async () => (await kit.bus.inspect(STREAM))?.groups.map(({ group }) => group);
  await eventually('it is removed', async () => !(await groups())?.includes('former'));
  t.same(await groups(), ['away', 'strange'], 'others may come back');
});

test('what a group has not handled stays though the group is deleted, until it is gone for good', async (t) => {
  const env = await openTestEnvironment(t);
  const options = { housekeepEveryMs: 50, staleGroupMs: 2000 };
  const reading = await openBus(t, { env, options });
  const seen = listen(reading);
  await reading.bus.start();
  await reading.append(...many(0, 500));
  await eventually('half is handled', () => seen.length === 500);
  const { redis } = env;
  const [last] = await redis.xrevrange(reading.key, '+', '-', 'COUNT', 1);
  await eventually(
    'its place is noted',
    async () => (await redis.hvals(keyBeside(reading.key, 'positions')))[0] === last![0],
  );
  await reading.bus.stop();
  await reading.append(...many(500, 500));
  const [unread] = await redis.xrange(reading.key, `(${last![0]}`, '+', 'COUNT', 1);
  await redis.xgroup('DESTROY', reading.key, 'readers');
  // Another group has handled all.
  await redis.xgroup('CREATE', reading.key, 'others', '$');

  const owner = await openBus(t, { env, options });
  owner.bus.maintain(STREAM, { maxLength: 10, maxAgeMs: 1 }, async () => undefined);
  await owner.bus.start();
  await eventually(
    'what both have handled is gone',
    async () => (await redis.xlen(owner.key)) < 700,
  );
  const [first] = await redis.xrange(owner.key, '-', '+', 'COUNT', 1);
  t.ok(compareIds(first![0], unread![0]) <= 0, 'what the deleted group has not handled is there');
  await eventually('all is gone', async () => (await redis.xlen(owner.key)) < 200);
});

test('the lag is none where a group was given all, whatever Redis has counted', async (t) => {
  const kit = await openBus(t);
  await kit.append(...many(0, 10));
  const { redis } = kit.env;
  const [last] = await redis.xrevrange(kit.key, '+', '-', 'COUNT', 1);
  await redis.xgroup('CREATE', kit.key, 'readers', '0');
  await redis.call('XGROUP', 'SETID', kit.key, 'readers', last![0], 'ENTRIESREAD', 3);
  t.match(await kit.bus.inspect(STREAM), { groups: [{ lag: 0, oldestUnacknowledgedAt: null }] });
  await kit.append(...many(10, 1));
  await redis.xtrim(kit.key, 'MAXLEN', 2);
  t.match(await kit.bus.inspect(STREAM), { groups: [{ lag: 2 }] }, 'nor more than there are');
});
