/** The wire format: what is written as flat texts is read back as it was. */
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { test } from 'tap';
import { Type } from 'typebox';
import { defineEvent, on, type OutboxRecord } from '../../../src/bus/index.ts';
import { createRouter } from '../../../src/bus/consume/router.ts';
import { createDecoder, LATEST_AT, toEntry, toFields } from '../../../src/bus/contract/wire.ts';

const everything = defineEvent({
  stream: 'WIRE_STREAM',
  type: 'wire.everything',
  v: 2,
  key: 'id',
  data: {
    id: Type.String(),
    digits: Type.String(),
    number: Type.Number(),
    count: Type.Optional(Type.Integer()),
    truth: Type.Boolean(),
    list: Type.Array(Type.Object({ name: Type.String() })),
    word: Type.Union([Type.Literal('one'), Type.Literal('two')]),
    code: Type.Union([Type.Literal(3), Type.Literal(-3)]),
    choice: Type.Enum(['left', 'right']),
    left: Type.Optional(Type.String()),
  },
});

const data = {
  id: 'a',
  digits: '007',
  number: 0.5,
  truth: false,
  list: [{ name: 'line\nbreak' }],
  word: 'two',
  code: -3,
  choice: 'right',
} as const;

const decode = createDecoder(everything);
const read = (fields: OutboxRecord) => decode('WIRE_STREAM', '1-0', fields);

test('data of every kind is read back as it was written', (t) => {
  const written = everything.create({ ...data, list: [...data.list] });
  t.ok(Object.values(written).every((value) => typeof value === 'string'));
  t.equal(written['digits'], '007', 'a text stands as it is');
  const event = read(written);
  t.same(event.data, data);
  t.match(event, { key: 'a', type: 'wire.everything', v: 2, eventId: written.eventId });
  t.end();
});

test('an event that is told again has the id, the time and the data that it had', (t) => {
  const told = everything.recreate({ ...data, list: [...data.list] }, { eventId: 'e', at: 17 });
  t.match(read(told), { eventId: 'e', at: 17, data });
  t.end();
});

test('a field that does not fit is named', (t) => {
  const written = everything.create({ ...data, list: [...data.list] });
  t.throws(() => read({ ...written, choice: 'up' }), { message: /wire\.everything v2: \/choice/ });
  t.throws(() => read({ ...written, list: '[' }), { message: /field list is not JSON/ });
  t.throws(() => read({ ...written, at: 'noon' }), { message: /at is not a time/ });
  t.end();
});

test('a time is ms since the epoch in decimal digits, and a date; anything else is no time', (t) => {
  const written = everything.create({ ...data, list: [...data.list] });
  const microseconds = String(Date.now() * 1000);
  const none = ['9000000000000000', '253402300800000', '', ' ', '0x10', '1e12', '+5', '-1', '01'];
  const others = [' 1764009468123', '1764009468123.0', 'NaN', 'Infinity', '१२', microseconds];
  for (const at of [...none, ...others])
    t.throws(() => read({ ...written, at }), { message: /field at is not a time/ }, `"${at}"`);
  for (const at of [0, 17, Date.now(), LATEST_AT])
    t.equal(read({ ...written, at: String(at) }).at, at);
  t.equal(new Date(LATEST_AT).toISOString(), '9999-12-31T23:59:59.999Z');
  const { at: _, ...timeless } = written;
  t.equal(decode('WIRE_STREAM', '17-0', timeless).at, 17, "the entry's own time");
  t.throws(() => decode('WIRE_STREAM', '9000000000000000-0', timeless), /at/);
  t.end();
});

test('a whole number is decimal digits that a number holds exactly, and no other way to write it', (t) => {
  const written = everything.create({ ...data, list: [...data.list] });
  for (const count of ['0x10', '1e12', ' 5 ', '5.0', '', '05', '+5', '1e400', '5,0', 'null', '"5"'])
    t.throws(() => read({ ...written, count }), { message: /field count/ }, `"${count}"`);
  t.throws(() => read({ ...written, count: '9007199254740993' }), { message: /\/count/ });
  t.throws(() => read({ ...written, code: '3e0' }), { message: /field code/ });
  for (const count of [0, -5, 5, Number.MAX_SAFE_INTEGER])
    t.match(read({ ...written, count: String(count) }), { data: { count } });
  for (const number of ['', ' 5 ', '0x10', '1e400'])
    t.throws(() => read({ ...written, number }), { message: /number/ }, `"${number}"`);
  t.match(read({ ...written, number: '1e-7' }), { data: { number: 1e-7 } }, 'as JSON writes it');
  t.end();
});

test('what an event is told apart and ordered by is a name, and a message repeats no more than a little', (t) => {
  const written = everything.create({ ...data, list: [...data.list] });
  const long = 'x'.repeat(10_000);
  t.throws(() => read({ ...written, eventId: '' }), { message: /eventId is empty/ });
  t.throws(() => read({ ...written, eventId: long }), { message: /eventId or id is longer/ });
  t.throws(() => read({ ...written, id: long }), { message: /eventId or id is longer/ });
  t.equal(read({ ...written, traceparent: long }).traceparent, undefined);
  const traceparent = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
  t.equal(read({ ...written, traceparent }).traceparent, traceparent);
  const route = createRouter('WIRE_STREAM', [on(everything, async () => undefined)]);
  const routed = route(['2-0', ['type', 'wire.everything', 'v', long]]);
  t.equal(routed.kind, 'malformed');
  if (routed.kind === 'malformed') t.ok(routed.error.message.length <= 500);
  t.end();
});

const someData = fc.record(
  {
    id: fc.string({ minLength: 1, maxLength: 40, unit: 'binary' }),
    digits: fc.stringMatching(/^[0-9]*$/),
    number: fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
    count: fc.option(fc.maxSafeInteger(), { nil: undefined }),
    truth: fc.boolean(),
    list: fc.array(fc.string({ unit: 'binary' }).map((name) => ({ name }))),
    word: fc.constantFrom('one' as const, 'two' as const),
    code: fc.constantFrom(3 as const, -3 as const),
    choice: fc.constantFrom('left' as const, 'right' as const),
    left: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
  },
  { noNullPrototype: true },
);

test('whatever is written is read back as it was', (t) => {
  fc.assert(
    fc.property(someData, (values) => {
      const given = Object.fromEntries(
        Object.entries(values).filter(([, value]) => value !== undefined),
      ) as typeof values;
      const written = everything.create(given as Parameters<typeof everything.create>[0]);
      const event = decode('WIRE_STREAM', '1-0', toFields(toEntry(written)));
      return isDeepStrictEqual(event.data, given);
    }),
  );
  t.pass('for data of every kind');
  t.end();
});
