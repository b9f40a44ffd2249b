/** The import: what it takes, what it reports, and what it does the second time. */
import { test } from 'tap';
import { stockOf } from '../../shop.ts';
import {
  filesOf,
  importLines,
  line,
  list,
  publishedBy,
  runImport,
  startCatalogue,
} from './catalogue.ts';

test('good lines are imported, bad ones reported by their number and reason', async (t) => {
  const host = await startCatalogue(t);
  const { reported, ...summary } = await importLines(host, [
    line(),
    '{"productId": ',
    '',
    line({ productId: '../escape' }),
    line({ productId: 'p2', price: 12.5 }),
    line({ productId: 'p3', price: 1_000_000_001 }),
    JSON.stringify({ productId: 'p4', productDisplayName: 'No price' }),
    'null',
    line({ productId: 'p5', productDescriptors_description_value: 'x'.repeat(1024 * 1024) }),
    line({ productId: 'p6', stockQty: -1 }),
    line({ productId: 'p7', unknown: { nested: true } }),
  ]);
  t.match(summary, { new: 2, changed: 0, unchanged: 0, bad: 8 });
  t.match(reported, [
    /^2: is not JSON/,
    /^4: \/productId /,
    /^5: \/price /,
    /^6: \/price /,
    /^7: .*price/,
    /^8: \/ /,
    /^9: is longer than 1048576 bytes/,
    /^10: \/stockQty /,
  ]);
  t.equal((await list(host)).total, 2);
});

test('the same import again writes and publishes nothing', async (t) => {
  const host = await startCatalogue(t);
  const lines = [line(), line({ productId: 'p2' })];
  await importLines(host, lines);
  t.match(await importLines(host, lines), { new: 0, changed: 0, unchanged: 2 });
  t.equal((await list(host)).total, 2);
  t.equal((await publishedBy(host)).length, 2);
});

test('a change is published once, with the next version, and leaves the stock', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, [line({ stockQty: 7 }), line({ productId: 'p2' })]);
  const changed = await importLines(host, [line({ price: 1200, stockQty: 99 })]);
  t.match(changed, { new: 0, changed: 1, unchanged: 0 });
  const events = await publishedBy(host);
  t.match(events.slice(2), [
    { type: 'product.updated', productId: 'p1', version: '2', price: '1200' },
  ]);
  t.equal(events.length, 3);
  t.match(await stockOf(host, 'p1'), { stockQty: 7 });
});

test('of lines with the same id the later one wins, as a change', async (t) => {
  const host = await startCatalogue(t);
  const summary = await importLines(host, [
    line({ price: 1 }),
    line({ price: 2 }),
    line({ price: 2 }),
  ]);
  t.match(summary, { new: 1, changed: 1, unchanged: 1 });
  t.match((await list(host)).items, [{ productId: 'p1', price: 2 }]);
  const versions = (await publishedBy(host)).map(({ version }) => version);
  t.same(versions, ['1', '2']);
});

test('two imports at the same time lose no change and double none', async (t) => {
  const host = await startCatalogue(t);
  const lines = Array.from({ length: 200 }, (_, i) => line({ productId: `p${i}` }));
  const both = await Promise.all([importLines(host, lines), importLines(host, lines)]);
  t.equal(both[0].new + both[1].new, 200);
  t.equal(both[0].unchanged + both[1].unchanged, 200);
  t.equal((await publishedBy(host)).length, 200);
});

test('of a description only harmless HTML is kept', async (t) => {
  const host = await startCatalogue(t);
  const html =
    '<p onclick="a()" style="x">Fine <a href="javascript:b()">cloth</a><script>c()</script>' +
    '<img src=x onerror=d()><svg><script>e()</script></svg><br><b>5 < 6</b></p><iframe src="//f">';
  await importLines(host, [line({ productDescriptors_description_value: html })]);
  const { description } = (await host.app.inject('/api/products/p1')).json<{
    description: string;
  }>();
  t.equal(description, '<p>Fine cloth<br /><b>5 &lt; 6</b></p>');
});

test('the command imports a file, and its exit status says whether all was good', async (t) => {
  const host = await startCatalogue(t);
  const { file, images } = filesOf(t, [line(), 'nonsense', line({ productId: 'p2' })], {
    'p1.gif': 'GIF89a and so on',
    'p2.png': '<svg/>',
  });
  const { status, stdout, stderr } = await runImport(host.env, [file, '--images', images]);
  t.equal(status, 1);
  t.match(stderr, /^line 2: is not JSON/m);
  t.match(stderr, /^line 3: imported without its picture: p2.png is no WebP/m);
  t.match(
    stdout,
    /^2 new, 0 changed, 0 unchanged, 1 bad, 1 pictures, 1 pictures not taken, [\d.]+ seconds\n$/,
  );
  t.match((await list(host, 'sort=name')).items, [
    { productId: 'p1', imageUrl: '/api/products/p1/image' },
    { productId: 'p2', imageUrl: null },
  ]);
  const again = await runImport(host.env, [filesOf(t, [line()]).file]);
  t.match(again, { status: 0, stdout: /^0 new, 0 changed, 1 unchanged/, stderr: '' });
});

test('the command says what is wrong with how it was called', async (t) => {
  const host = await startCatalogue(t);
  t.match(await runImport(host.env, []), { status: 2, stderr: /Name the file/ });
  t.match(await runImport(host.env, ['absent.ndjson']), {
    status: 2,
    stderr: /There is no file absent\.ndjson/,
  });
  t.match(await runImport(host.env, ['--wrong']), { status: 2, stderr: /--wrong/ });
  t.match(await runImport(host.env, ['--help']), { status: 0, stdout: /must not undo sales/ });
});
