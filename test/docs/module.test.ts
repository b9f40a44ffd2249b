/** The module that the guide adds: it passes the compiler, and does what the guide says. */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'tap';
import type { Module } from '../../src/module/module.ts';
import { compile } from '../compile.ts';
import { ended, entriesOf, get, place as placeOrder, seed } from '../shop.ts';
import { eventually, startTestHost } from '../support.ts';
import { filesOf } from './commands.ts';

const ROOT = join(import.meta.dirname, '..', '..');

test('the module of the guide passes the compiler and does what it says', async (t) => {
  const copy = t.testdir();
  for (const name of ['src', 'modules', 'engines', 'millrace.mjs', 'package.json', 'tsconfig.json'])
    cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  for (const name of ['node_modules', 'build']) symlinkSync(join(ROOT, name), join(copy, name));
  const files = filesOf(readFileSync(join(ROOT, 'docs/guides/add-a-module.md'), 'utf8'));
  t.equal(files.length, 3);
  for (const { file, text } of files) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), text);
  }
  t.equal(await compile(copy), '', 'its types fit');
  const list = join(copy, 'modules', 'index.ts');
  const { modules } = (await import(list)) as { modules: Module[] };

  const host = await startTestHost(t, { modules });
  await seed(host, [{ productId: 'a' }]);
  const { orderId } = await ended(host, await placeOrder(host, { a: 1 }));
  await eventually('the receipt is served', async () =>
    (await get(host, '/api/receipts')).body.includes(orderId),
  );
  await eventually(
    'and is published',
    async () => (await entriesOf(host, 'RECEIPTS_STREAM')).length > 0,
  );
  t.match(await entriesOf(host, 'RECEIPTS_STREAM'), [{ type: 'receipt.issued', orderId }]);
});
