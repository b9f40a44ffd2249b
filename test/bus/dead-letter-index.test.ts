/** Many dead letters are counted by cause without reading what has been counted, and true whatever comes and goes. */
import { test, type Test } from 'tap';
import { Type } from 'typebox';
import { createDeadLetterIndexes } from '../../src/bus/recover/dead-letter-index.ts';
import { createDeadLetters } from '../../src/bus/recover/dead-letter-list.ts';
import { deadLetterStream } from '../../src/bus/recover/dead-letter.ts';
import { defineEvent } from '../../src/bus/index.ts';
import { openTestEnvironment } from '../support.ts';

const STREAM = 'BELLS_STREAM';
const GROUP = 'ears';
const CHUNK = 1000;

const rang = defineEvent({
  stream: STREAM,
  type: 'bell.rang',
  v: 1,
  key: 'bell',
  data: { bell: Type.String() },
  untyped: (fields) => 'bell' in fields,
});

async function open(t: Test) {
  const env = await openTestEnvironment(t);
  const keyOf = (name: string): string => env.keyPrefix + name;
  let scripts = 0;
  const counting = new Proxy(env.redis, {
    get(target, name) {
      if (name === 'eval') scripts += 1;
      const value = Reflect.get(target, name) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const index = createDeadLetterIndexes(counting, keyOf, [rang]);
  return {
    redis: env.redis,
    key: deadLetterStream(keyOf(STREAM), GROUP),
    letters: createDeadLetters(env.redis, keyOf(STREAM), GROUP),
    /** What a process gives that has counted before. */
    index: () => index(STREAM, GROUP),
    /** What one gives that has not. */
    anew: () => createDeadLetterIndexes(env.redis, keyOf, [rang])(STREAM, GROUP),
    scripts: () => scripts,
    fill: async (
      errors: readonly string[],
      fields: object = { type: 'bell.rang', bell: 'big' },
    ) => {
      const ids: string[] = [];
      for (let i = 0; i < errors.length; i += CHUNK) {
        const pipeline = env.redis.pipeline();
        for (const error of errors.slice(i, i + CHUNK)) {
          const letter = { originId: '1-1', fields: JSON.stringify(fields), error };
          pipeline.xadd(
            deadLetterStream(keyOf(STREAM), GROUP),
            '*',
            ...Object.entries(letter).flat(),
          );
        }
        for (const [error, id] of (await pipeline.exec())!) {
          if (error) throw error;
          ids.push(id as string);
        }
      }
      return ids;
    },
  };
}

const manyOf = (count: number, error: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => error(i));

/** A word for a number, since numbers are left out of causes. */
const word = (i: number) =>
  String(i).replaceAll(/\d/g, (digit) => String.fromCodePoint(97 + Number(digit)));

const totalsOf = ({ causes }: { causes: { cause: string; count: number }[] }) =>
  Object.fromEntries(causes.map(({ cause, count }) => [cause, count]));

test('100,000 dead letters are counted by cause, with the event loop free, and a second time at once', async (t) => {
  const { fill, index, scripts } = await open(t);
  await fill(manyOf(100_000, (i) => (i % 4 === 0 ? `bell ${i} is cracked` : `no rope "${i}"`)));
  let turns = 0;
  let longest = 0;
  let before = performance.now();
  const watching = setInterval(() => {
    turns += 1;
    longest = Math.max(longest, performance.now() - before);
    before = performance.now();
  }, 1);
  const counts = await index().counts();
  clearInterval(watching);
  t.same(totalsOf(counts), { 'bell # is cracked': 25_000, 'no rope "…"': 75_000 });
  t.equal(counts.total, 100_000);
  t.ok(turns > 100, `${turns} turns of the event loop meanwhile, the longest of ${longest} ms`);
  const scanned = scripts();
  await index().counts();
  t.equal(scripts() - scanned, 1, 'one question where nothing has changed');
  await fill(['bell 9 is cracked']);
  t.match(totalsOf(await index().counts()), { 'bell # is cracked': 25_001 });
  t.equal(scripts() - scanned, 3, 'and one page more where one has come');
});

test('counts are true whatever comes and goes between them', async (t) => {
  const { fill, index, anew, letters, redis, key } = await open(t);
  t.match(await index().counts(), { total: 0, causes: [] });
  const ids = await fill(manyOf(40, (i) => `bell ${i % 2 ? i : 'x'} is cracked`));
  const steps: (() => Promise<unknown>)[] = [
    () => fill(['another']),
    () => letters.discard([ids[3]!]),
    () => letters.discard([ids[0]!]),
    async () => {
      await letters.discard([ids[5]!]);
      await fill(['another']);
    },
    () => letters.discardOldest(7),
    () => redis.del(key),
    () => fill(['another', 'one more']),
  ];
  for (const [i, step] of steps.entries()) {
    await step();
    t.same(await index().counts(), await anew().counts(), `after step ${i}`);
  }
});

test('those without a type are of the event that a contract claims', async (t) => {
  const { fill, index } = await open(t);
  await fill(['x'], { bell: 'big' });
  await fill(['x'], { other: 'big', note: '{"type":"not this one"}' });
  await fill(['x'], { note: '","type":"nor this', type: 'bell.fell' });
  const { causes } = await index().counts();
  t.same(causes.map(({ type }) => type).toSorted(), ['', 'bell.fell', 'bell.rang']);
});

test('causes that are too many to be told apart are counted all the same', async (t) => {
  const { fill, index } = await open(t);
  await fill(manyOf(600, (i) => `no ${word(i)}`));
  const { causes, others, total } = await index().counts();
  t.same([causes.length, others, total], [500, 100, 600]);
});

test('a filter means those of its type, cause and time, and none that come later', async (t) => {
  const { fill, index } = await open(t);
  const early = await fill(['bell 1 is cracked', 'no rope', 'bell 2 is cracked']);
  const ms = Number(early.at(-1)!.split('-')[0]);
  while (Date.now() <= ms + 1) await new Promise(setImmediate);
  const late = await fill(['bell 3 is cracked'], { type: 'bell.fell' });
  const cause = 'bell # is cracked';
  const idsOf = async (filter: object, from?: string) => {
    const ids: string[] = [];
    for await (const { headers } of index().scan(filter, from))
      ids.push(...headers.map(({ id }) => id));
    return ids;
  };
  t.same(await idsOf({ cause }), [early[0], early[2], late[0]]);
  t.same(await idsOf({ cause, type: 'bell.rang' }), [early[0], early[2]]);
  t.same(await idsOf({ cause, until: ms }), [early[0], early[2]]);
  t.same(await idsOf({ cause, since: ms + 1 }), late);
  t.same(await idsOf({ cause, upTo: early[1]! }), [early[0]]);
  t.same(await idsOf({ cause }, early[1]), [early[2], late[0]]);
  t.equal(await index().count({ type: 'bell.fell' }), 1);
});
