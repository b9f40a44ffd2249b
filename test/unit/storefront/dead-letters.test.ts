/** What is said of dead letters that were replayed: failure is never good; and which fields were changed. */
import { test } from 'tap';
import {
  changedFields,
  formFields,
  wrongByField,
} from '../../../modules/storefront/pages/operator/dead-letters/fields.ts';
import {
  advance,
  begin,
  sayRun,
  sayTried,
  type Run,
} from '../../../modules/storefront/pages/operator/dead-letters/run.ts';

const meant = { stream: 'S', group: 'g' };
const failures = (error: string, count: number) =>
  Array.from({ length: count }, (_, i) => ({ id: `1-${i}`, error }));
const ids = (count: number) => Array.from({ length: count }, (_, i) => `2-${i}`);

test('a failure is never said as a success, and all of it is bad', (t) => {
  t.match(sayTried(12, 0), { kind: 'good', text: '12 handled.' });
  t.match(sayTried(12, 3), { kind: 'warn', text: '12 handled, 3 failed again.' });
  t.match(sayTried(0, 3), { kind: 'bad', text: 'All 3 failed again.' });
  t.match(sayTried(0, 1), { kind: 'bad', text: 'It failed again.' });
  t.match(sayTried(0, 0), { kind: 'plain' });
  t.end();
});

test('a run counts what became of each, and says which errors there were', (t) => {
  let run = begin(meant, 1200);
  run = advance(run, { replayed: ids(90), failed: failures('a', 10), nextCursor: '5-0' });
  t.match(run, { state: 'running', handled: 90, failed: 10, from: '5-0' });
  run = advance(run, {
    replayed: ids(1090),
    failed: [...failures('a', 4), ...failures('b', 6)],
    nextCursor: null,
  });
  t.match(run, { state: 'done', handled: 1180, failed: 20 });
  t.same(run.errors, [
    { error: 'a', times: 14 },
    { error: 'b', times: 6 },
  ]);
  t.match(sayRun(run), { kind: 'warn', text: '1,180 handled, 20 failed again.' });
  t.end();
});

test('what was not tried, or was gone, is said', (t) => {
  const tried: Run = { ...begin(meant, 500), handled: 200, failed: 0 };
  const saidOf = (state: Run['state'], more: Partial<Run> = {}) =>
    sayRun({ ...tried, ...more, state });
  const rest = '300 of 500 were not tried.';
  t.match(saidOf('stopped'), { kind: 'warn', text: `Stopped. 200 handled. ${rest}` });
  t.match(saidOf('left'), { kind: 'warn', text: /^The page was left/ });
  t.match(saidOf('broken', { problem: 'No answer.' }), { kind: 'bad', text: /^No answer\. 200/ });
  t.match(saidOf('done'), { kind: 'warn', text: /300 of 500 were gone before/ });
  t.match(saidOf('stopped', { handled: 0 }), { kind: 'warn', text: /None was tried/ });
  t.match(saidOf('stopped', { handled: 0, failed: 2 }), { kind: 'bad' });
  t.end();
});

const letter = {
  fields: { type: 'x', orderId: 'o', items: '[{"a":1}]', big: '12345678901234567890' },
  key: 'orderId',
  schema: {
    required: ['type', 'score'],
    properties: { type: {}, score: { contentMediaType: 'application/json' } },
  },
};

test('a form shows what the entry has and what its schema wants, and sends only what was changed', (t) => {
  const fields = formFields(letter);
  t.same(
    fields.map(({ name, isIdentity, isRequired }) => [name, isIdentity, isRequired]),
    [
      ['type', true, true],
      ['orderId', true, false],
      ['items', false, false],
      ['big', false, false],
      ['score', false, true],
    ],
  );
  const shown = Object.fromEntries(fields.map(({ name, text }) => [name, text]));
  t.same(changedFields(fields, shown), {});
  t.same(changedFields(fields, { ...shown, score: '0.5', big: '' }), { score: '0.5', big: null });
  t.equal(shown['items'], '[\n  {\n    "a": 1\n  }\n]');
  t.end();
});

test('what does not fit is said at the field that holds it', (t) => {
  const wrong = wrongByField([
    { path: '/items/0/quantity', message: 'must be integer' },
    { path: '/items/1/name', message: 'is missing' },
    { path: '/score', message: 'is missing' },
  ]);
  t.same(wrong, {
    items: '0/quantity: must be integer; 1/name: is missing',
    score: 'is missing',
  });
  t.end();
});
