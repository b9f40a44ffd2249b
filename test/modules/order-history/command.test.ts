/** `npm run rebuild`: with a shop that runs beside it, and without one. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test } from 'tap';
import { rebuild } from '../../../src/cli/rebuild.ts';
import { orderHistory } from '../../../modules/order-history/index.ts';
import { openTestEnvironment, startTestHost, type TestEnvironment } from '../../support.ts';
import { contentOf, historyOf, settled } from './content.ts';
import { eventsOfAll, manyLifecycles } from './lifecycles.ts';
import { historyShop, remember, fakes, tell } from './fakes.ts';

const ENTRY = join(import.meta.dirname, '..', '..', '..', 'millrace.mjs');
const FROM = Date.UTC(2026, 0, 1);

async function command(env: TestEnvironment, name: string, modules = historyShop) {
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  const { environment } = env;
  const given = { modules, environment, print, printError: print };
  const status = await rebuild.run([name], given);
  return { status, printed: lines.join('\n') };
}

test('without a shop it tells and builds by itself', async (t) => {
  const env = await openTestEnvironment(t);
  const host = await startTestHost(t, { env, modules: fakes });
  await remember(host, eventsOfAll(manyLifecycles(300, 'old', FROM)));
  await host.stop();
  const { status, printed } = await command(env, 'order-history');
  t.equal(status, 0, printed);
  t.match(printed, /ORDERS_STREAM: \d+ events/);
  t.match(printed, /order-history is rebuilt: 300 documents of 1311 events in [\d.]+ seconds$/);
  t.match(await contentOf(env), { documents: 300 });
});

test('beside a shop that runs, what was lost is there again', async (t) => {
  const host = await startTestHost(t, { modules: historyShop });
  await tell(host, eventsOfAll(manyLifecycles(300, 'old', FROM)));
  await settled(host);
  const before = await contentOf(host.env);
  await (await historyOf(host.env)).deleteMany({});
  t.match(await command(host.env, 'order-history'), { status: 0 });
  t.same(await contentOf(host.env), before);
});

test('what cannot be rebuilt is said, with what can be', async (t) => {
  const env = await openTestEnvironment(t);
  for (const name of ['nothing', 'orders']) {
    const { status, printed } = await command(env, name);
    t.equal(status, 1);
    t.match(printed, /cannot be rebuilt. These can be: order-history\./);
  }
  const mute = fakes.map(({ provides: _provides, ...module }) => ({
    ...module,
    setup: () => ({}),
  }));
  const { status, printed } = await command(env, 'order-history', [...mute, orderHistory]);
  t.equal(status, 1);
  t.match(printed, /no history of events is kept by orders, payments/);

  const run = promisify(execFile)(process.execPath, [ENTRY, 'rebuild', 'nothing']);
  const error = await run.then(
    () => undefined,
    (thrown: { code: number; stdout: string }) => thrown,
  );
  t.match(error, { code: 1, stdout: /^nothing cannot be rebuilt/ });
});
