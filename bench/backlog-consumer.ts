/** A consumer of bench/backlog.ts, a process of its own so that its memory is its own. */
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { Type } from 'typebox';
import { createBus, DEFAULT_BUS_OPTIONS, defineEvent, on } from '../src/bus/index.ts';
import { connectBlockingRedis, connectRedis } from '../src/redis.ts';
import type { Told } from './backlog.ts';

const [url = '', keyPrefix = '', waitMs = '0'] = process.argv.slice(2);
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
const tell = (told: Told): void => void process.send?.(told);
bus.subscribe(
  'readers',
  [
    on(happened, async (events) => {
      if (waitMs !== '0') await delay(Number(waitMs));
      tell({ handled: events.length, peakRssMiB: Math.round(peak / 1024 / 1024) });
    }),
  ],
  undefined,
);
process.once('message', () => {
  void bus.start();
  process.once('message', () => void end());
});
tell({ handled: 0, peakRssMiB: 0 });

async function end(): Promise<void> {
  clearInterval(sampler);
  await bus.stop();
  commands.disconnect();
  process.disconnect();
}
