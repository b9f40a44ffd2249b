/** Imports by the operator: followed to their end, their bad lines listed, one at a time, and nothing left of what is refused. */
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'tap';
import { openImports } from '../../../modules/products/import/imports.ts';
import { startSplitShop } from '../../split.ts';
import { eventually, startTestHost, type TestHost } from '../../support.ts';
import { line, list, startCatalogue } from './catalogue.ts';
import { operate } from './operator.ts';
import { jpeg } from './picture-files.ts';
import { ended, imported, ndjson, send, shown, zipOf } from './uploads.ts';

const LINES = 10_000;
/** How long a busy machine may take for them, in ms. */
const IMPORTED_MS = 150_000;

/** Ten thousand lines of which every 500th is bad. */
function manyLines(): string[] {
  return Array.from({ length: LINES }, (_, i) =>
    line({ productId: `p${i}`, ...((i + 1) % 500 === 0 && { price: -1 }) }),
  );
}

const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith('millrace-import-'));

for (const [where, start] of [
  ['in one process', startTestHost],
  ['through the gateway', startSplitShop],
] as const)
  test(`10,000 lines are imported with progress, the bad ones listed: ${where}`, async (t) => {
    const host = await start(t);
    const begun = await send(host, ndjson(...manyLines()));
    t.equal(begun.statusCode, 202);
    const { importId } = begun.json<{ importId: string }>();
    t.equal(begun.headers['location'], `/api/admin/product-imports/${importId}`);
    const seen = new Set<number>();
    const done = await eventually(
      'it has ended',
      async () => {
        const one = await shown(host, importId);
        seen.add(one.progress.lines);
        return one.state !== 'running' && one;
      },
      IMPORTED_MS,
    );
    t.match(done, {
      state: 'done',
      by: 'ADMIN_TOKEN',
      progress: { lines: LINES },
      result: { new: LINES - 20, bad: 20 },
    });
    t.equal(done.progress.bytesRead, done.progress.bytesTotal);
    t.equal(done.badLines.length, 20);
    t.match(done.badLines[0], { line: 500, field: '/price', reason: /must be/ });
    t.ok(seen.size > 2, `seen on its way at ${[...seen].join(', ')} lines`);
    t.equal((await list(host)).total, LINES - 20);
    const csv = await operate(host, 'GET', `product-imports/${importId}/bad-lines?format=csv`);
    t.equal(csv.body.trim().split('\r\n').length, 21);
  });

test('a dry run reports the same and writes nothing', async (t) => {
  const host = await startCatalogue(t);
  await imported(host, ndjson(line({ productId: 'a' }), line({ productId: 'b' })));
  const file = ndjson(
    line({ productId: 'a' }),
    line({ productId: 'b', price: 7 }),
    line({ productId: 'c' }),
    line({ productId: 'd', productDisplayName: '' }),
    'no JSON',
  );
  const dry = await imported(host, file, '?dryRun=true');
  t.match(dry, {
    state: 'done',
    dryRun: true,
    result: { new: 1, changed: 1, unchanged: 1, bad: 2 },
    badLines: [
      { line: 4, field: '/productDisplayName', reason: 'must have a visible character' },
      { line: 5, field: null, reason: /^is not JSON/ },
    ],
  });
  t.equal((await list(host)).total, 2);
  t.match((await imported(host, file)).result, dry.result);
  t.equal((await list(host)).total, 3);
  t.same(left(), []);
});

test('CSV is read by the mapping that is named or comes along', async (t) => {
  const host = await startCatalogue(t);
  const text = 'No;Title;Price\na;Lamp;1250\nb;;1\n';
  const fields = {
    productId: { from: ['{No}'] },
    productDisplayName: { from: ['{Title}'] },
    price: { from: ['{Price}'] },
  };
  const products = { name: 'export.csv', text };
  const done = await imported(host, { products, mapping: JSON.stringify({ fields }) });
  t.match(done, { mapping: 'of your own', result: { new: 1, bad: 1 } });
  t.match((await list(host)).items, [{ name: 'Lamp', price: 1250 }]);
  for (const mapping of [undefined, '/etc/passwd', '{"fields":{}}', '{', 'x'.repeat(70_000)]) {
    const refused = await send(host, { products, ...(mapping !== undefined && { mapping }) });
    t.equal(refused.statusCode, 400, mapping?.slice(0, 20) ?? 'none');
    t.notMatch(refused.body, /root:/);
  }
});

test('pictures come in a zip; what is none, too large or of no product is said', async (t) => {
  const host = await startCatalogue(t);
  const { bytes } = await jpeg(30, 20);
  const pictures = zipOf(
    { name: 'shop/a.jpg', bytes },
    { name: 'b.png', bytes: Buffer.from('no picture') },
    { name: 'c.jpg', bytes: randomBytes(3 * 1024 * 1024) },
    { name: '__MACOSX/a.jpg', bytes: Buffer.from('x') },
    { name: 'z.jpg', bytes },
  );
  const lines = ['a', 'b', 'c', 'd'].map((productId) => line({ productId }));
  const done = await imported(host, { ...ndjson(...lines), pictures });
  t.match(done, {
    state: 'done',
    withPictures: true,
    result: { new: 4, pictures: 1, badPictures: 2 },
  });
  t.match(done.badLines, [
    { line: 2, reason: /b\.png is no WebP/ },
    { line: 3, reason: /c\.jpg is larger/ },
  ]);
  t.match(done.notes, [/passed over: z\.jpg/]);
  t.equal((await host.app.inject('/api/products/a/image')).statusCode, 200);
});

test('a zip that leads out of itself, unpacks to too much or is none is refused whole', async (t) => {
  const host = await startCatalogue(t);
  const { bytes } = await jpeg(30, 20);
  const zeros = Buffer.alloc(2 * 1024 * 1024);
  for (const [what, pictures] of [
    ['a path that climbs', zipOf({ name: '../../a.jpg', bytes })],
    ['an absolute path', zipOf({ name: '/etc/a.jpg', bytes })],
    [
      'a bomb',
      zipOf(...Array.from({ length: 20 }, (_, i) => ({ name: `${i}.jpg`, bytes: zeros }))),
    ],
    ['no zip', bytes],
    ['half a zip', zipOf({ name: 'a.jpg', bytes }).subarray(0, 200)],
  ] as const) {
    const refused = await send(host, { ...ndjson(line({ productId: 'a' })), pictures });
    t.match(refused.json(), { status: 400, type: 'urn:millrace:problem:wrong-zip' }, what);
  }
  t.equal((await list(host)).total, 0);
  t.same(left(), [], 'nothing is left of what was sent');
  const lying = zipOf({ name: 'a.jpg', bytes: zeros, claims: 100 });
  const done = await imported(host, { ...ndjson(line({ productId: 'a' })), pictures: lying });
  t.match(done, { result: { new: 1, badPictures: 1 } }, 'an entry that holds more than it says');
});

test('what is no import is refused, with what to do', async (t) => {
  const host = await startCatalogue(t);
  t.equal((await send(host, ndjson(line()), '', 'wrong')).statusCode, 401);
  t.equal((await send(host, {})).statusCode, 400);
  t.equal((await send(host, ndjson())).statusCode, 400);
  t.equal((await send(host, ndjson(line()), '?dryRun=perhaps')).statusCode, 400);
  const json = await operate(host, 'POST', 'product-imports', { products: [] });
  t.ok([406, 415].includes(json.statusCode), String(json.statusCode));
  for (const path of ['none', 'none/bad-lines'])
    t.match((await operate(host, 'GET', `product-imports/${path}`)).json(), {
      status: 404,
      type: 'urn:millrace:problem:unknown-import',
    });
  t.same((await operate(host, 'GET', 'product-imports')).json(), { items: [] });
});

async function begin(host: TestHost, lines: number): Promise<string> {
  const many = Array.from({ length: lines }, (_, i) => line({ productId: `p${i}` }));
  return (await send(host, ndjson(...many))).json<{ importId: string }>().importId;
}

test('one runs at a time, and ends where it is cancelled; what was written stays', async (t) => {
  const host = await startCatalogue(t);
  const importId = await begin(host, 30_000);
  const second = await send(host, ndjson(line()));
  t.match(second.json(), { status: 409, type: 'urn:millrace:problem:import-running', importId });
  t.equal((await operate(host, 'POST', `product-imports/${importId}/cancel`)).statusCode, 202);
  const end = await ended(host, importId);
  t.match(end, { state: 'cancelled' });
  t.equal((await list(host)).total, end.result.new);
  t.ok(end.result.new < 30_000, `${end.result.new} were written`);
  t.equal((await operate(host, 'POST', `product-imports/${importId}/cancel`)).statusCode, 409);
  t.match(await imported(host, ndjson(line())), { state: 'done' });
});

test('an import whose process has died is shown as failed, and the next may begin', async (t) => {
  const host = await startCatalogue(t);
  const { importId } = await imported(host, ndjson(line()));
  const { imports } = openImports(host.context('products').db);
  const aliveAt = new Date(Date.now() - 20_000);
  await imports.updateOne({ _id: importId }, { $set: { state: 'running', aliveAt } });
  t.match(await shown(host, importId), { state: 'failed', reason: /process .* gone/ });
  await imports.updateOne({ _id: importId }, { $set: { state: 'running', aliveAt } });
  t.match(await imported(host, ndjson(line())), { state: 'done' });
  const { items } = (await operate(host, 'GET', 'product-imports')).json();
  t.match(items, [{ state: 'done' }, { state: 'failed' }]);
});

test('a process that stops says of its import that it has not ended', async (t) => {
  const host = await startCatalogue(t);
  const importId = await begin(host, 30_000);
  await host.stop();
  const again = await startCatalogue(t, host.env);
  t.match(await shown(again, importId), { state: 'failed', reason: /told to stop/ });
});
