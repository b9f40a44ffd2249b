/** A consumer on Millrace's bus. */
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { Type } from 'typebox';
import { createBus, DEFAULT_BUS_OPTIONS, defineEvent, on } from '../../src/bus/index.ts';
import { connectBlockingRedis, connectRedis } from '../../src/redis.ts';
import { consumeAs, EFFECTS, WAIT_MS } from './consumer.ts';

await consumeAs(async ({ redisUrl, stream, effect }, handled) => {
  const happened = defineEvent({
    stream,
    type: 'thing.happened',
    v: 1,
    key: 'k',
    data: { k: Type.String(), n: Type.Integer() },
  });
  const log = pino({ level: 'silent' });
  const commands = await connectRedis(redisUrl, log);
  const bus = createBus({
    connections: { commands, blocking: (key) => connectBlockingRedis(commands, key) },
    keyPrefix: '',
    options: DEFAULT_BUS_OPTIONS,
    log,
  });
  bus.subscribe(
    'readers',
    [
      on(happened, async (events) => {
        if (effect === 'wait') await delay(WAIT_MS);
        if (effect === 'hset') {
          const pipeline = commands.pipeline();
          for (const { data } of events) pipeline.hset(EFFECTS, data.k, data.n);
          await pipeline.exec();
        }
        handled(events.length);
      }),
    ],
    undefined,
  );
  return () => bus.start();
});
