/**
 * How a consumer works off a backlog: entries a second and memory, with 10,000 entries waiting and
 * with a million. `node bench/backlog.ts [--entries 1000000]`, on a Redis of its own.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { startEngines } from '../src/engines/index.ts';

const { values } = parseArgs({ options: { entries: { type: 'string', default: '1000000' } } });
const SMALL = 10_000;
/** Entries of one pipeline while the backlog is built. */
const PIPELINE = 2000;
/** As in `npm start`: a small young generation, since almost all that a reader makes is short-lived. */
const NODE_FLAGS = ['--max-semi-space-size=8'];

/** What the consumer process tells when it has worked everything off. */
export interface Result {
  entries: number;
  seconds: number;
  peakRssMiB: number;
}

const directory = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
const engines = await startEngines({
  mongodbUrl: 'mongodb://unused',
  dataDir: directory,
  log: pino({ level: 'silent' }),
});
const redis = new Redis(engines.redisUrl);
try {
  const small = await measure(SMALL);
  const large = await measure(Number(values.entries));
  console.table(
    [small, large].map(({ entries, seconds, peakRssMiB }) => ({
      waiting: entries,
      seconds: seconds.toFixed(2),
      'entries a second': Math.round(entries / seconds),
      'peak RSS, MiB': peakRssMiB,
    })),
  );
  const ratio = large.entries / large.seconds / (small.entries / small.seconds);
  console.log(
    `the pace with ${large.entries} waiting is ${ratio.toFixed(2)} of that with ${SMALL}`,
  );
} finally {
  redis.disconnect();
  await engines.stop();
  rmSync(directory, { recursive: true, force: true });
}

async function measure(entries: number): Promise<Result> {
  const keyPrefix = `bench:${entries}:`;
  for (let from = 0; from < entries; from += PIPELINE) {
    const pipeline = redis.pipeline();
    for (let n = from; n < Math.min(entries, from + PIPELINE); n += 1) {
      pipeline.xadd(
        `${keyPrefix}THINGS_STREAM`,
        '*',
        'type',
        'thing.happened',
        'v',
        '1',
        'eventId',
        String(n),
        'key',
        `key-${n % 5000}`,
        'k',
        `key-${n % 5000}`,
        'n',
        String(n),
      );
    }
    await pipeline.exec();
  }
  const consumer = fork(
    join(import.meta.dirname, 'backlog-consumer.ts'),
    [engines.redisUrl, keyPrefix, String(entries)],
    { execArgv: NODE_FLAGS },
  );
  const [result] = (await once(consumer, 'message')) as [Result];
  await once(consumer, 'exit');
  await redis.del(`${keyPrefix}THINGS_STREAM`);
  return result;
}
