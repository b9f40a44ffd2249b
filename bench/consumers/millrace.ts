/** A consumer on Millrace's bus. */
import { setTimeout as delay } from 'node:timers/promises';
import { on } from '../../src/bus/index.ts';
import { openBus, thingHappened } from '../bus.ts';
import { consumeAs, EFFECTS, WAIT_MS } from './consumer.ts';

await consumeAs(async ({ redisUrl, stream, effect }, handled) => {
  const happened = thingHappened(stream);
  const { bus, commands } = await openBus(redisUrl);
  bus.subscribe('readers', [
    on(happened, async (events) => {
      if (effect === 'wait') await delay(WAIT_MS);
      if (effect === 'hset') {
        const pipeline = commands.pipeline();
        for (const { data } of events) pipeline.hset(EFFECTS, data.k, data.n);
        await pipeline.exec();
      }
      handled(events.length);
    }),
  ]);
  return () => bus.start();
});
