/** Rebuilding that is begun and given up by many at a time, in several processes: nobody gets an error. */
import { test } from 'tap';
import { eventually, startTestHost } from '../../support.ts';
import { contentOf, rebuild, rebuildCall, settled } from './content.ts';
import { eventsOfAll, manyLifecycles } from './lifecycles.ts';
import { historyShop, tell } from './fakes.ts';

/** Calls of each kind, from each of two processes. */
const CALLS = 30;

test('calls that begin, look at and give up a rebuild at the same time, in two processes, are all answered', async (t) => {
  const first = await startTestHost(t, { modules: historyShop });
  const second = await startTestHost(t, { modules: historyShop, env: first.env });
  await tell(first, eventsOfAll(manyLifecycles(200, 'order', Date.UTC(2026, 0, 1))));
  await settled(first);
  const before = await contentOf(first.env);

  const answers = new Map<number, number>();
  const ask = async (host: typeof first, method: 'GET' | 'POST' | 'DELETE'): Promise<void> => {
    for (let i = 0; i < CALLS; i += 1) {
      const { statusCode, state } = await rebuildCall(host, method);
      answers.set(statusCode, (answers.get(statusCode) ?? 0) + 1);
      if (statusCode >= 400) t.fail(`${method}: ${JSON.stringify(state)}`);
    }
  };
  const methods = ['POST', 'DELETE', 'GET', 'POST', 'DELETE'] as const;
  await Promise.all([first, second].flatMap((host) => methods.map((method) => ask(host, method))));
  t.same(
    Object.fromEntries(answers),
    { 200: CALLS * 2 * 3, 202: CALLS * 2 * 2 },
    'each call is answered by what is under way',
  );

  await rebuildCall(first, 'DELETE');
  t.equal((await rebuild(second)).outcome, 'done', 'the next rebuild goes as always');
  t.same(await contentOf(first.env), before);
  await eventually('both are well', async () => {
    const answered = [first, second].map((host) => host.app.inject('/readyz'));
    return (await Promise.all(answered)).every(({ statusCode }) => statusCode === 200);
  });
});
