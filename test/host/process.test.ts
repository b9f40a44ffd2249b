/** A process as its operator sees it: refusals at the start, signals, exit status, logs. */
import { test } from 'tap';
import { refusedStart, startProcess } from '../process.ts';
import { eventually, openTestEnvironment } from '../support.ts';

test('an unknown name in MODULES stops the start with the list of known ones', async (t) => {
  const stderr = await refusedStart(t, { MODULES: 'payments,shipping' });
  t.match(stderr, /unknown modules: shipping/);
  t.match(stderr, /products, orders, payments/);
});

test('a wrong variable stops the start and is named', async (t) => {
  t.match(await refusedStart(t, { PORT: 'eighty' }), /PORT holds "eighty"/);
  const secret = await refusedStart(t, { ADMIN_TOKEN: 'too-short' });
  t.match(secret, /^ADMIN_TOKEN holds a value that does not fit, allowed: at least 16 characters/);
});

test('an engine that cannot be reached stops the start with a message', async (t) => {
  const env = await openTestEnvironment(t);
  for (const name of ['REDIS_URL', 'MONGODB_URL']) {
    const url = `${name === 'REDIS_URL' ? 'redis' : 'mongodb'}://someone:hunter2@127.0.0.1:1`;
    const stderr = await refusedStart(t, { ...env.environment, [name]: url });
    const message = `did not start. \\w+ at 127.0.0.1:1 cannot be reached: .*ECONNREFUSED.*${name}`;
    t.match(stderr, new RegExp(message));
    t.notMatch(stderr, /hunter2/);
  }
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} drains and ends the process with status 0`, async (t) => {
    const env = await openTestEnvironment(t);
    const process = await startProcess(t, env);
    t.equal((await fetch(`${process.url}/readyz`)).status, 200);
    t.equal(await process.end(signal), 0);
    t.match(process.logs.at(-1), { msg: 'stopped' });
    t.ok(
      process.logs.every(({ level, time }) => Number.isInteger(level) && Number.isInteger(time)),
    );
  });
}

test('events of modules that run elsewhere are known, and those of none are counted', async (t) => {
  const env = await openTestEnvironment(t);
  const { url } = await startProcess(t, env, { MODULES: 'payments' });
  const stream = `${env.keyPrefix}ORDERS_STREAM`;
  for (const type of ['order.placed', 'order.dreamt'])
    await env.redis.xadd(stream, '*', 'type', type, 'orderId', 'an-order');
  const ignored = await eventually('the stranger is counted', async () => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    if (!metrics.includes('millrace_group_lag{stream="ORDERS_STREAM",group="payments"} 0')) return;
    return /^millrace_ignored_total\{.*\} .*$/m.exec(metrics)?.[0];
  });
  t.equal(ignored, 'millrace_ignored_total{stream="ORDERS_STREAM",group="payments"} 1');
});
