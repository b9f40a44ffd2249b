/** The entries of a stream are found by time, type and key, with who has acknowledged them, in bounded steps. */
import { test } from 'tap';
import { Type } from 'typebox';
import { defineEvent } from '../../src/bus/index.ts';
import type { EntrySearch } from '../../src/bus/operate/browse.ts';
import { deadLetterStream } from '../../src/bus/recover/dead-letter.ts';
import { eventually } from '../support.ts';
import { happened, listen, openBus, STREAM, type BusKit } from './kit.ts';

/** As the tutorial's services write it: without a type. */
const bare = defineEvent({
  stream: STREAM,
  type: 'thing.bare',
  v: 1,
  key: 'thingId',
  data: { thingId: Type.String() },
  untyped: (fields) => fields['thingId'] !== undefined,
});

const ALL: EntrySearch = { from: '-', to: '+', order: 'oldest', limit: 100 };

/** Goes on until there is no more; gives what was found, and how many entries each look went through. */
async function findAll({ bus }: BusKit, search: Partial<EntrySearch>) {
  const found = [];
  const scanned: number[] = [];
  for (let after: string | undefined; ;) {
    const page = await bus.operations.browse(STREAM, { ...ALL, ...search, after });
    found.push(...page.entries);
    scanned.push(page.scanned);
    if (page.next === null) return { found, scanned };
    after = page.next;
  }
}

const numbers = (found: { fields: Record<string, string> }[]) =>
  found.map(({ fields }) => Number(fields['n']));

const open = (t: Parameters<typeof openBus>[0]) => openBus(t, { contracts: [happened, bare] });

test('entries come the oldest or the newest first, a page at a time, each once', async (t) => {
  const kit = await open(t);
  await kit.append(...Array.from({ length: 95 }, (_, n) => ({ k: `k${n % 3}`, n })));
  const oldest = await findAll(kit, { limit: 10 });
  t.same(
    numbers(oldest.found),
    Array.from({ length: 95 }, (_, n) => n),
  );
  const newest = await findAll(kit, { limit: 10, order: 'newest' });
  t.same(numbers(newest.found), numbers(oldest.found).toReversed());
  const [from, to] = [oldest.found[20]!.id, oldest.found[29]!.id];
  t.equal((await findAll(kit, { from, to, limit: 5, order: 'newest' })).found.length, 10);
});

test('entries are found by key and by type, those without a type by their contract', async (t) => {
  const kit = await open(t);
  await kit.append(...Array.from({ length: 30 }, (_, n) => ({ k: `k${n % 3}`, n })));
  const { redis } = kit.env;
  const id = (await redis.xadd(kit.key, '*', 'thingId', 'k1'))!;
  await redis.xadd(kit.key, '*', 'note', 'k1');
  const byKey = await findAll(kit, { key: 'k1', limit: 4 });
  t.equal(byKey.found.length, 11, 'a field of another name is no key');
  t.ok(byKey.found.every(({ key }) => key === 'k1'));
  const bareOnes = await findAll(kit, { type: 'thing.bare' });
  t.match(bareOnes.found, [
    { id, type: 'thing.bare', key: 'k1', eventId: id, at: Number(id.split('-')[0]) },
  ]);
  t.match((await findAll(kit, { from: id })).found[1], { type: null, key: null });
  t.equal((await findAll(kit, { type: 'thing.happened', key: 'k2' })).found.length, 10);
});

test('a rare key is found by going on, and no look goes through much', async (t) => {
  const kit = await open(t);
  const many = Array.from({ length: 7000 }, (_, n) => ({ k: n === 6500 ? 'rare' : 'usual', n }));
  await kit.append(...many);
  const { found, scanned } = await findAll(kit, { key: 'rare' });
  t.equal(found.length, 1);
  t.equal(
    scanned.reduce((sum, one) => sum + one, 0),
    7000,
  );
  t.ok(scanned.length > 3 && scanned.every((one) => one <= 2000));
});

test('a look ends after about a megabyte, and an entry that is larger than may be shown is cut', async (t) => {
  const kit = await open(t);
  const { redis } = kit.env;
  for (let i = 0; i < 8; i += 1)
    await redis.xadd(kit.key, '*', 'n', String(i), 'text', 'x'.repeat(400_000));
  const first = await kit.bus.operations.browse(STREAM, ALL);
  t.equal(first.scanned, 3);
  t.ok(first.next);
  t.ok(first.entries[0]!.cutFrom! > 400_000);
  t.ok(JSON.stringify(first.entries).length < 3 * 70_000);
  t.equal((await findAll(kit, {})).found.length, 8);
});

test('it is told of each entry whether a group waits for it, has it, or has acknowledged it', async (t) => {
  const kit = await open(t);
  const { redis } = kit.env;
  await kit.append(...Array.from({ length: 6 }, (_, n) => ({ k: `k${n}`, n })));
  const ids = (await redis.xrange(kit.key, '-', '+')).map(([id]) => id);
  await redis.xgroup('CREATE', kit.key, 'late', '0');
  await redis.xreadgroup('GROUP', 'late', 'c1', 'COUNT', 4, 'STREAMS', kit.key, '>');
  await redis.xack(kit.key, 'late', ids[0]!, ids[2]!);
  await redis.xadd(deadLetterStream(kit.key, 'late'), '*', 'originId', ids[2]!, 'fields', '{}');
  listen(kit, undefined, 'quick');
  await kit.bus.start();
  await eventually('one group has handled all', async () => {
    const quick = (await kit.bus.inspect(STREAM))!.groups.find(({ group }) => group === 'quick');
    return quick?.lag === 0 && quick.pending === 0;
  });
  const states = await kit.bus.operations.deliveries(
    STREAM,
    ['late', 'quick', 'gone'],
    ids.toReversed(),
  );
  const late = states.toReversed().map(([one]) => one!);
  t.same(
    late.map(({ state }) => state),
    ['acknowledged', 'pending', 'dead-lettered', 'pending', 'waiting', 'waiting'],
  );
  t.match(late[1], { group: 'late', consumer: 'c1', deliveries: 1, idleMs: Number });
  t.ok(states.every(([, quick, gone]) => quick!.state === 'acknowledged' && gone === undefined));
});
