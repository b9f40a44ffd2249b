/** The wire format: what is written as flat texts is read back as it was. */
import { test } from 'tap';
import { Type } from 'typebox';
import { defineEvent, type OutboxRecord } from '../../src/bus/index.ts';
import { createDecoder } from '../../src/bus/wire.ts';

const everything = defineEvent({
  stream: 'WIRE_STREAM',
  type: 'wire.everything',
  v: 2,
  key: 'id',
  data: {
    id: Type.String(),
    digits: Type.String(),
    number: Type.Number(),
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
  const told = everything.retell({ ...data, list: [...data.list] }, { eventId: 'e', at: 17 });
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
