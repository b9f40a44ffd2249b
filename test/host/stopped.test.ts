/** A module that was killed, stopped or ended is told of within five seconds, everywhere; and when it is back. */
import { test, type Test } from 'tap';
import { modules } from '../../modules/index.ts';
import type { Health, Snapshot } from '../../src/http/admin/api.ts';
import { startProcess, type MillraceProcess } from '../process.ts';
import { openEventStream } from '../sent-events.ts';
import { ADMIN_TOKEN, eventually, openTestEnvironment } from '../support.ts';

const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
/** The deadline that operators are promised, in ms. */
const WITHIN_MS = 5000;

interface Readiness {
  status: string;
  troubles: string[];
  elsewhere: { module: string; health: Health; advice: string | null }[];
}

/** A shop in which one module runs in a process of its own, and all others beside the gateway. */
async function startShopWithout(t: Test, module: string) {
  const env = await openTestEnvironment(t);
  const others = modules.map(({ name }) => name).filter((name) => name !== module);
  const start = (names: string): Promise<MillraceProcess> =>
    startProcess(t, env, { ADMIN_TOKEN, MODULES: names });
  const { url } = await start(others.join(','));
  const ready = async () => {
    const response = await fetch(`${url}/readyz`);
    return { code: response.status, ...((await response.json()) as Readiness) };
  };
  const health = async () =>
    (await (await fetch(`${url}/api/admin/health`, { headers })).json()) as Snapshot;
  const feed = await openEventStream<Snapshot>(`${url}/api/admin/live`, headers);
  t.teardown(() => feed.close());
  const of = (snapshot: Snapshot | undefined) =>
    snapshot?.modules.find((one) => one.module === module);

  /** Waits until everybody says so of the module; gives what is said to do about it. */
  async function told(state: Health, deadlineMs?: number): Promise<string | null> {
    await Promise.all([
      eventually(
        `${module} is ${state} by /health`,
        async () => of(await health())?.health === state,
        deadlineMs,
      ),
      eventually(
        `${module} is ${state} by the feed`,
        () => of(feed.events.at(-1)?.data)?.health === state,
        deadlineMs,
      ),
      eventually(
        `${module} is ${state} by /readyz`,
        async () => {
          const { elsewhere } = await ready();
          return elsewhere.find((one) => one.module === module)?.health === state;
        },
        deadlineMs,
      ),
    ]);
    return of(await health())?.advice ?? null;
  }
  return { start: () => start(module), told, ready, health };
}

test('payments that is killed, stopped or ended is stopped within five seconds, and ok when it is back', async (t) => {
  const { start, told, ready, health } = await startShopWithout(t, 'payments');
  const before = await ready();
  t.match(before, { code: 200, status: 'ready', troubles: [] });
  t.same(
    before.elsewhere.map(({ module, health: state }) => [module, state]),
    [['payments', 'absent']],
    'it never ran',
  );
  let payments = await start();
  await told('ok');

  await t.test('by SIGKILL', async (tt) => {
    await payments.end('SIGKILL');
    tt.match(await told('stopped', WITHIN_MS), /gives no sign of life.*MODULES=payments npm start/);
    const found = await ready();
    tt.match(found, { code: 200, status: 'degraded', troubles: [/^payments has stopped\. /] });
    const groups = (await health()).streams.flatMap((one) => one.groups);
    const own = groups.filter(({ group }) => group === 'payments');
    tt.ok(own.length > 0 && own.every((one) => one.health === 'stopped'), 'its groups too');
    payments = await start();
    await told('ok');
    tt.match(await ready(), { code: 200, status: 'ready', troubles: [] });
  });

  await t.test('by SIGSTOP', async (tt) => {
    payments.child.kill('SIGSTOP');
    const advice = await told('stopped', WITHIN_MS);
    tt.match(advice, new RegExp(`kill -CONT ${payments.child.pid}`));
    payments.child.kill('SIGCONT');
    await told('ok');
  });

  await t.test('by SIGTERM', async (tt) => {
    const ending = payments.end('SIGTERM');
    tt.equal(
      await told('stopped', WITHIN_MS),
      'No process runs payments. Start it: MODULES=payments npm start.',
    );
    tt.equal(await ending, 0);
    payments = await start();
    await told('ok');
  });
});

test('a module that has calls alone, and reads nothing, is remembered likewise', async (t) => {
  const { start, told, ready } = await startShopWithout(t, 'tutorial-api');
  t.match(await ready(), { status: 'ready' });
  const first = await start();
  await told('ok');
  await first.end('SIGTERM');
  t.match(await told('stopped', WITHIN_MS), /MODULES=tutorial-api npm start/);
  t.match(await ready(), { code: 200, status: 'degraded' });
  const second = await start();
  await told('ok');
  await second.end('SIGKILL');
  await told('stopped', WITHIN_MS);
});
