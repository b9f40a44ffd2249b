/** watermill's `TestPubSubStressTest`: all of `TestPubSub`, ten times. */
import { test } from 'tap';
import { TestPubSub } from './watermill.ts';

const TIMES = 10;

test('TestPubSubStressTest', async (t) => {
  for (let i = 0; i < TIMES; i += 1)
    await t.test(String(i), async (run) => {
      for (const check of TestPubSub) await run.test(check.name, check);
    });
});
