/** A client that is generated from the OpenAPI document: it fits its types, and it buys. */
import { execFile } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test } from 'tap';
import { seed } from '../shop.ts';
import { ADMIN_TOKEN, startTestHost } from '../support.ts';

const PACKAGES = join(import.meta.dirname, '../../node_modules');
const run = promisify(execFile);

/** What somebody would write against the client. It ends by an error where something is not as it should be. */
const PROGRAM = `
import { setTimeout } from 'node:timers/promises';
import * as shop from './client.ts';

const [, , baseUrl = '', adminToken = ''] = process.argv;
shop.defaults.baseUrl = baseUrl;
const bearer = (token: string) => ({ headers: { authorization: 'Bearer ' + token } });

function fail(answer: { status: number; data?: unknown }): never {
  throw new Error(answer.status + ' ' + JSON.stringify(answer.data));
}

const begun = await shop.postSessions();
if (begun.status !== 201) fail(begun);
const me = bearer(begun.data.token);

const found = await shop.getProducts({ search: 'mug', maxPrice: 1000, limit: 5 });
if (found.status !== 200) fail(found);
const [mug] = found.data.items;
if (!mug || mug.price !== 299 || found.data.nextCursor !== null) fail(found);

/** Orders two mugs, and resolves with the order once it is paid. */
async function buy(idempotencyKey: string) {
  const items = [{ productId: mug!.productId, quantity: 2 }];
  const placed = await shop.postOrders({ items }, { idempotencyKey }, me);
  if (placed.status !== 202) fail(placed);
  return reach(placed.data.orderId, 3);
}

async function reach(orderId: string, code: number) {
  for (let left = 600; ; left -= 1) {
    const order = await shop.getOrdersByOrderId(orderId, me);
    if (order.status !== 200) fail(order);
    if (order.data.orderStatusCode === code) return order.data;
    if (left === 0) fail(order);
    await setTimeout(100);
  }
}

const kept = await buy('one');
if (kept.orderAmount !== 598 || !kept.paymentId) fail({ status: 0, data: kept });
const refund = await shop.postAdminPaymentsByPaymentIdRefunds(
  kept.paymentId,
  { amount: 100, reason: 'a chip' },
  { idempotencyKey: 'back' },
  bearer(adminToken),
);
if (refund.status !== 201 && refund.status !== 202) fail(refund);
if (refund.data.amount !== 100) fail(refund);

const given = await buy('two');
const cancelled = await shop.postOrdersByOrderIdCancel(given.orderId, me);
if (cancelled.status !== 202) fail(cancelled);
await reach(given.orderId, 4);

for (let left = 600; ; left -= 1) {
  const history = await shop.getOrderHistory({ limit: 10 }, me);
  if (history.status !== 200) fail(history);
  const refunded = history.data.items.map(({ refundedAmount }) => refundedAmount);
  if (refunded.join() === '598,100') break;
  if (left === 0) fail(history);
  await setTimeout(100);
}

const unknown = await shop.getOrdersByOrderId('none', me);
if (unknown.status !== 404) fail(unknown);
const refused = await shop.getOrderHistory({});
if (refused.status !== 401) fail(refused);
console.log('bought, refunded, cancelled');
`;

const CONFIGURATION = {
  compilerOptions: {
    target: 'esnext',
    module: 'nodenext',
    types: ['node'],
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    erasableSyntaxOnly: true,
    skipLibCheck: true,
  },
  files: ['program.ts'],
};

test('a client that is generated from the document buys, cancels, is given back, and looks it up', async (t) => {
  const host = await startTestHost(t);
  await seed(host, [{ productId: 'mug', price: 299, stockQty: 10 }]);
  const url = await host.app.listen({ host: '127.0.0.1', port: 0 });

  const directory = t.testdir();
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
  symlinkSync(PACKAGES, join(directory, 'node_modules'));
  write('package.json', JSON.stringify({ type: 'module' }));
  write('tsconfig.json', JSON.stringify(CONFIGURATION));
  write('openapi.json', await (await fetch(`${url}/openapi.json`)).text());
  write('program.ts', PROGRAM);

  const node = (...args: string[]) => run(process.execPath, args, { cwd: directory });
  await node(join(PACKAGES, 'oazapfts/dist/cli.js'), 'openapi.json', 'client.ts');
  const typed = await node(join(PACKAGES, 'typescript/bin/tsc'), '-p', 'tsconfig.json').catch(
    (error: { stdout: string }) => error,
  );
  t.equal(typed.stdout, '', 'the program fits the types of the client');
  const { stdout } = await node('program.ts', url, ADMIN_TOKEN);
  t.equal(stdout.trim(), 'bought, refunded, cancelled');
});
