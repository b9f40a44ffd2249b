/** Validating an entry: every value that does not fit is named, and nothing is found where a reader takes it. */
import * as fc from 'fast-check';
import { test } from 'tap';
import { Type } from 'typebox';
import { validateEntry } from '../../../src/bus/contract/validation.ts';
import { createDecoder } from '../../../src/bus/contract/wire.ts';
import { defineEvent, type Fields } from '../../../src/bus/index.ts';

const stream = 'BELLS_STREAM';
const rang = defineEvent({
  stream,
  type: 'bell.rang',
  v: 1,
  key: 'bell',
  data: {
    bell: Type.String({ minLength: 1 }),
    times: Type.Integer({ minimum: 1 }),
    by: Type.Array(Type.Object({ name: Type.String(), age: Type.Optional(Type.Integer()) })),
    loud: Type.Optional(Type.Boolean()),
  },
  untyped: (fields) => 'bell' in fields,
});

const validate = (fields: Fields) => validateEntry([rang], stream, '1-1', fields);

test('each value that does not fit is named by its path', (t) => {
  const { conforms, violations } = validate({
    type: 'bell.rang',
    times: '1e3',
    by: '[{"name":1},{}]',
    loud: 'perhaps',
  });
  t.equal(conforms, 'no');
  const paths = violations.map(({ path }) => path).toSorted();
  t.same(paths, ['/bell', '/by/0/name', '/by/1/name', '/loud', '/times']);
  t.match(
    violations.find(({ path }) => path === '/bell'),
    { message: 'is missing' },
  );
  t.end();
});

test('an entry without a type is what a contract claims; of an unknown type nothing is said', (t) => {
  const good = { bell: 'big', times: '2', by: '[]' };
  t.match(validate(good), { conforms: 'yes', type: 'bell.rang', v: '1', violations: [] });
  t.match(validate({ ...good, type: 'bell.fell' }), { conforms: 'unknown', type: 'bell.fell' });
  t.match(validate({ ...good, type: 'bell.rang', v: '2' }), { conforms: 'unknown', v: '2' });
  t.match(validate({ nothing: 'x' }), { conforms: 'unknown', type: '' });
  t.end();
});

test('something is found exactly where the reader of the contract refuses the entry', (t) => {
  const decode = createDecoder(rang);
  const aText = fc.oneof(
    fc.constantFrom('', '1', '-1', '01', '1.5', 'true', '[]', '[{"name":"x"}]', '{}', 'x', 'null'),
    fc.string(),
  );
  const anEntry = fc.record(
    { bell: aText, times: aText, by: aText, loud: aText, at: aText, eventId: aText },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(anEntry, (given) => {
      const fields = { ...given, type: 'bell.rang' } as Fields;
      let takes = true;
      try {
        decode(stream, '1-1', fields);
      } catch {
        takes = false;
      }
      const { conforms, violations } = validate(fields);
      return takes === (conforms === 'yes') && takes === (violations.length === 0);
    }),
  );
  t.pass('for every entry');
  t.end();
});
