/** The address of entries, the positions that fields mean, and what the tail puts on top. */
import { test } from 'tap';
import {
  fromTimeField,
  hashOf,
  idAfter,
  readFilters,
  toTimeField,
} from '../../../modules/storefront/pages/operator/streams/filters.ts';
import { onTop, type Entry } from '../../../modules/storefront/pages/operator/streams/search.ts';

const entry = (id: string) => ({ id }) as Entry;

test('the address of filters gives the same filters', (t) => {
  const filters = { type: 'a/b & c', key: 'ä#?', from: '17-1', to: '18', order: 'oldest' } as const;
  const [section, stream, group, query] = hashOf('ORDERS_STREAM', filters).slice(1).split('/');
  t.same([section, stream, group], ['streams', 'ORDERS_STREAM', '']);
  t.same(readFilters(decodeURIComponent(query!)), filters);
  t.equal(hashOf('ORDERS_STREAM'), '#streams/ORDERS_STREAM');
  t.same(readFilters('order=up&limit=7&key='), { order: 'newest' });
  t.end();
});

test('a time that nobody has changed is the position that it was, and a last second is meant whole', (t) => {
  const id = '1795550760929-3';
  t.equal(fromTimeField(toTimeField(id), id, true), id);
  const text = toTimeField('1795550760929');
  t.equal(fromTimeField(text, undefined, false), '1795550760000');
  t.equal(fromTimeField(text, undefined, true), '1795550760999');
  t.equal(fromTimeField('', id, false), undefined);
  t.equal(toTimeField(undefined), '');
  t.end();
});

test('the id after another is the next that Redis could give', (t) => {
  t.equal(idAfter('17-0'), '17-1');
  t.equal(idAfter('17-9007199254740993'), '17-9007199254740994');
  t.end();
});

test('the tail puts each entry on top once, and drops old rows that nobody reads', (t) => {
  const shown = Array.from({ length: 200 }, (_, i) => entry(`${200 - i}-0`));
  const rows = onTop([entry('202-0'), entry('201-0'), entry('200-0')], shown, (id) => id === '1-0');
  t.same(
    rows.slice(0, 3).map(({ id }) => id),
    ['202-0', '201-0', '200-0'],
  );
  t.equal(rows.length, 201);
  t.equal(rows.at(-1)!.id, '1-0', 'which somebody reads');
  t.end();
});
