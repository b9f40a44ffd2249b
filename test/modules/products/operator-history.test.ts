/** The history of a product: each change of it, by whom, bounded. */
import { test } from 'tap';
import { importLines, line, startCatalogue } from './catalogue.ts';
import { operate } from './operator.ts';

test('the history says what was changed, when, and by whom, the latest first', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, [line()]);
  await operate(host, 'PATCH', 'products/p1', { price: 800, name: 'Jumper' });
  await operate(host, 'POST', 'products/p1/stock', { change: -5, reason: 'Breakage' });
  await operate(host, 'POST', 'products/p1/archive');
  const { items } = (await operate(host, 'GET', 'products/p1/history')).json();
  t.match(items, [
    { what: 'archived', version: 3, by: 'ADMIN_TOKEN' },
    {
      what: 'stock',
      reason: 'Breakage',
      changes: [{ field: 'stockQty', before: 25, after: 20 }],
    },
    {
      what: 'changed',
      version: 2,
      changes: [
        { field: 'name', before: String, after: 'Jumper' },
        { field: 'price', before: 1000, after: 800 },
      ],
    },
    { what: 'imported', version: 1, by: null },
  ]);
  for (let i = 0; i < 101; i += 1)
    await operate(host, 'POST', 'products/p1/stock', { change: i % 2 ? 1 : -1 });
  const bounded = (await operate(host, 'GET', 'products/p1/history')).json();
  t.equal(bounded.items.length, 100);
  t.equal((await operate(host, 'GET', 'products/none/history')).statusCode, 404);
});
