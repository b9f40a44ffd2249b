/** A rebuild whose processes are killed, or whose Redis is emptied, is taken up and comes to the same. */
import { join } from 'node:path';
import { t as file, test, type Test } from 'tap';
import { startProcess, type MillraceProcess } from '../../process.ts';
import {
  ADMIN_TOKEN,
  eventually,
  openTestEnvironment,
  startTestHost,
  type TestEnvironment,
} from '../../support.ts';
import type { RebuildState } from '../../../src/read-model/state.ts';
import { orderHistory } from '../../../modules/order-history/index.ts';
import { contentOf, endOf, rebuild, rebuildCall } from './content.ts';
import { eventsOfAll, manyLifecycles } from './lifecycles.ts';
import { historyShop, remember, fakes } from './fakes.ts';

const ENTRY = join(import.meta.dirname, 'process.ts');
const ORDERS = 10_000;
/** So many events told, and a rebuild is in the middle. */
const MIDDLE = 2000;
const FROM = Date.UTC(2026, 0, 1);

// A busy machine takes its time for so many.
file.setTimeout(1_800_000);

/** A test environment with many orders that are remembered, and none in the history. */
async function openOldEnvironment(t: Test): Promise<TestEnvironment> {
  const env = await openTestEnvironment(t);
  const host = await startTestHost(t, { env, modules: fakes });
  await remember(host, eventsOfAll(manyLifecycles(ORDERS, 'old', FROM)));
  await host.stop();
  return env;
}

async function call(
  { url }: MillraceProcess,
  method: 'GET' | 'POST' = 'GET',
): Promise<RebuildState> {
  const response = await fetch(`${url}/api/admin/order-history/rebuild`, {
    method,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  return (await response.json()) as RebuildState;
}

const toldOf = ({ sources }: RebuildState): number =>
  sources.reduce((sum, { sent }) => sum + sent, 0);

/** What the history holds now is what a rebuild in peace makes. */
async function isWhole(t: Test, env: TestEnvironment): Promise<void> {
  const content = await contentOf(env);
  t.equal(content.documents, ORDERS);
  const host = await startTestHost(t, { env, modules: historyShop });
  t.match(await rebuild(host), { outcome: 'done' });
  t.same(await contentOf(env), content);
}

test('kill -9 of the whole shop in the middle of a rebuild: the next start goes on', async (t) => {
  const env = await openOldEnvironment(t);
  const first = await startProcess(t, env, { ADMIN_TOKEN }, ENTRY);
  const { run } = await call(first, 'POST');
  await eventually('much is told', async () => toldOf(await call(first)) >= MIDDLE);
  t.equal((await call(first)).state, 'rebuilding');
  await first.end('SIGKILL');

  const second = await startProcess(t, env, { ADMIN_TOKEN }, ENTRY);
  const last = await eventually(
    'the run has ended',
    async () => {
      const state = await call(second);
      return state.last?.run === run && state.last;
    },
    300_000,
  );
  t.match(last, { outcome: 'done', documents: ORDERS });
  await second.end('SIGTERM');
  await isWhole(t, env);
});

test('kill -9 of those who tell, in the middle: another takes it up', async (t) => {
  const env = await openOldEnvironment(t);
  const history = await startTestHost(t, { env, modules: [orderHistory] });
  const owners = { MODULES: 'orders,payments' };
  const first = await startProcess(t, env, owners, ENTRY);
  const { state } = await rebuildCall(history, 'POST');
  await eventually(
    'much is told',
    async () => toldOf((await rebuildCall(history, 'GET')).state) >= MIDDLE,
  );
  await first.end('SIGKILL');
  t.equal((await rebuildCall(history, 'GET')).state.state, 'rebuilding');

  await startProcess(t, env, owners, ENTRY);
  t.match(await endOf(history, state.run), { outcome: 'done', documents: ORDERS });
  await isWhole(t, env);
});

test('a Redis that loses all in the middle of a rebuild: it is told from the beginning', async (t) => {
  const env = await openOldEnvironment(t);
  const host = await startTestHost(t, { env, modules: historyShop });
  const { state } = await rebuildCall(host, 'POST');
  await eventually(
    'much is told',
    async () => toldOf((await rebuildCall(host, 'GET')).state) >= MIDDLE,
  );
  for (const pattern of [`${env.keyPrefix}*`, `{${env.keyPrefix}*`]) {
    const keys = await env.redis.keys(pattern);
    if (keys.length > 0) await env.redis.del(keys);
  }
  t.match(await endOf(host, state.run), { outcome: 'done', documents: ORDERS });
  await host.stop();
  await isWhole(t, env);
});
