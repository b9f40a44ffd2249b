/** The consumer of bench/backlog.ts, a process of its own so that its memory is its own. */
import { pino } from 'pino';
import { Type } from 'typebox';
import { createBus, DEFAULT_BUS_OPTIONS, defineEvent, on } from '../src/bus/index.ts';
import { connectBlockingRedis, connectRedis } from '../src/redis.ts';
import type { Result } from './backlog.ts';

const [url = '', keyPrefix = '', count = '0'] = process.argv.slice(2);
const entries = Number(count);
/** How often memory is looked at, in ms. */
const SAMPLE_MS = 20;

const happened = defineEvent({
  stream: 'THINGS_STREAM',
  type: 'thing.happened',
  v: 1,
  key: 'k',
  data: { k: Type.String(), n: Type.Integer() },
});

const log = pino({ level: 'silent' });
const commands = await connectRedis(url, log);
const bus = createBus({
  connections: { commands, blocking: (key) => connectBlockingRedis(commands, key) },
  keyPrefix,
  options: DEFAULT_BUS_OPTIONS,
  log,
});
let peak = 0;
const sampler = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), SAMPLE_MS);
let handled = 0;
const done = Promise.withResolvers<void>();
bus.subscribe(
  'readers',
  [
    on(happened, async (events) => {
      handled += events.length;
      if (handled >= entries) done.resolve();
    }),
  ],
  undefined,
);
const begun = performance.now();
await bus.start();
await done.promise;
const result: Result = {
  entries,
  seconds: (performance.now() - begun) / 1000,
  peakRssMiB: Math.round(peak / 1024 / 1024),
};
clearInterval(sampler);
await bus.stop();
commands.disconnect();
process.send?.(result, () => process.disconnect());
