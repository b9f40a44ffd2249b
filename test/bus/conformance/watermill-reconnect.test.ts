/** watermill's `TestReconnect`: ten thousand messages while the broker is restarted twice. */
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'tap';
import { createRandom } from '../../faults/random.ts';
import { openOwnEngines } from '../../own-engines.ts';
import { allArrive, newMessages, openBroker, sameMessages } from './broker.ts';

const MESSAGES = 10_000;
const PUBLISHERS = 100;
/** At so many messages the broker is restarted. */
const RESTARTS = [Math.floor(MESSAGES / 3), Math.floor(MESSAGES / 2)];
/** How long a publisher stands still at times, and before it tries again, in ms. */
const PAUSE_MS = 50;

test('TestReconnect', async (t) => {
  const engines = await openOwnEngines(t, { mongodbUrl: 'mongodb://none' });
  const broker = await openBroker(t, { redisUrl: engines.redisUrl });
  const subscriber = await broker.subscribe();
  const messages = newMessages(MESSAGES);
  const random = createRandom(3);
  const waiting = messages.entries();
  let restarts = 0;
  await Promise.all(
    Array.from({ length: PUBLISHERS }, async () => {
      for (const [i, message] of waiting) {
        // It ends as a server does that is restarted: what it has confirmed is on the disk.
        if (RESTARTS.includes(i) && engines.kill('redis', 'SIGTERM')) restarts += 1;
        if (random.next() < 0.1) await pause(random.between(1, PAUSE_MS));
        for (;;) {
          try {
            await broker.publish([message]);
            break;
          } catch {
            await pause(PAUSE_MS);
          }
        }
      }
    }),
  );
  t.equal(restarts, 2);
  await allArrive(messages, subscriber);
  sameMessages(t, subscriber.seen, messages);
});
