/** A process as its operator sees it: refusals at the start, signals, exit status, logs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'tap';
import { startProcess } from '../process.ts';
import { eventually, openPlace } from '../support.ts';

const ENTRY = join(import.meta.dirname, '..', '..', 'main.ts');

async function refuse(
  environment: Record<string, string>,
): Promise<{ status: number; stderr: string }> {
  const child = spawn(process.execPath, [ENTRY], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit') as Promise<[number]>;
  const stderr = await text(child.stderr);
  return { status: (await exited)[0], stderr };
}

test('an unknown name in MODULES stops the start with the list of known ones', async (t) => {
  const { status, stderr } = await refuse({ MODULES: 'payments,shipping' });
  t.equal(status, 1);
  t.match(stderr, /unknown modules: shipping/);
  t.match(stderr, /products, orders, payments/);
  t.notMatch(stderr, /at .*\.ts:\d+/, 'no stack trace');
});

test('a wrong variable stops the start and is named', async (t) => {
  const { status, stderr } = await refuse({ PORT: 'eighty' });
  t.equal(status, 1);
  t.match(stderr, /PORT holds "eighty"/);
});

test('an engine that cannot be reached stops the start with a message', async (t) => {
  const place = await openPlace(t);
  const { status, stderr } = await refuse({
    ...place.environment,
    REDIS_URL: 'redis://127.0.0.1:1',
  });
  t.equal(status, 1);
  t.match(stderr, /did not start.*ECONNREFUSED/s);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} drains and ends the process with status 0`, async (t) => {
    const place = await openPlace(t);
    const process = await startProcess(t, place);
    t.equal((await fetch(`${process.url}/readyz`)).status, 200);
    t.equal(await process.end(signal), 0);
    t.match(process.logs.at(-1), { msg: 'stopped' });
    t.ok(
      process.logs.every(({ level, time }) => Number.isInteger(level) && Number.isInteger(time)),
    );
  });
}

test('a port that is taken stops the start with a message, and leaves nothing running', async (t) => {
  const place = await openPlace(t);
  const first = await startProcess(t, place);
  const { port } = new URL(first.url);
  const { status, stderr } = await refuse({ ...place.environment, PORT: port });
  t.equal(status, 1);
  t.match(stderr, /EADDRINUSE/);
});

test('events of modules that run elsewhere are known, and those of none are counted', async (t) => {
  const place = await openPlace(t);
  const { url } = await startProcess(t, place, { MODULES: 'payments' });
  const stream = `${place.keyPrefix}ORDERS_STREAM`;
  for (const type of ['order.placed', 'order.dreamt'])
    await place.redis.xadd(stream, '*', 'type', type, 'orderId', 'an-order');
  const ignored = await eventually('the stranger is counted', async () => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    if (!metrics.includes('millrace_group_lag{stream="ORDERS_STREAM",group="payments"} 0')) return;
    return /^millrace_ignored_total\{.*\} .*$/m.exec(metrics)?.[0];
  });
  t.equal(ignored, 'millrace_ignored_total{stream="ORDERS_STREAM",group="payments"} 1');
});
