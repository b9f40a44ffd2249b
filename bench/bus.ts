/** Millrace's bus as the benchmarks open it, with its default options. */
import { pino } from 'pino';
import { Type } from 'typebox';
import { createBus, DEFAULT_BUS_OPTIONS, defineEvent } from '../src/bus/index.ts';
import { connectRedis } from '../src/stores/redis.ts';

/** The event that benchmarks publish on a stream. */
export const thingHappened = (stream: string) =>
  defineEvent({
    stream,
    type: 'thing.happened',
    v: 1,
    key: 'k',
    data: { k: Type.String(), n: Type.Integer() },
  });

/** Opens a bus that is not started, and the connection of its commands. */
export async function openBus(redisUrl: string) {
  const log = pino({ level: 'silent' });
  const commands = await connectRedis(redisUrl, log);
  const bus = createBus({
    connections: { commands },
    keyPrefix: '',
    options: DEFAULT_BUS_OPTIONS,
    log,
  });
  return { bus, commands };
}
