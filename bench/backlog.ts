/**
 * How consumers work off a backlog: entries a second and memory of one, with 10,000 entries waiting and
 * with a million; and how much sooner two are through than one, where a handler waits for a store.
 * `node bench/backlog.ts [--entries 1000000] [--shared 20000]`, on a Redis of its own.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { startEngines } from '../src/engines/index.ts';

const { values } = parseArgs({
  options: {
    entries: { type: 'string', default: '1000000' },
    shared: { type: 'string', default: '20000' },
  },
});
const SMALL = 10_000;
/** Entries of one pipeline while the backlog is built. */
const PIPELINE = 2000;
/** As in `npm start`: a small young generation, since almost all that a reader makes is short-lived. */
const NODE_FLAGS = ['--max-semi-space-size=8'];

/** How long a handler waits that waits for a store, in ms for a batch. */
const WAIT_MS = 500;

/** What a consumer tells after each batch; with none when it is ready to begin. */
export interface Told {
  handled: number;
  peakRssMiB: number;
}

interface Result {
  entries: number;
  seconds: number;
  /** What each consumer has handled, and the most memory that one took. */
  handled: number[];
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
  const alone = await measure(Number(values.shared), 1, WAIT_MS);
  const both = await measure(Number(values.shared), 2, WAIT_MS);
  console.table(
    [alone, both].map(({ handled, seconds }) => ({
      copies: handled.length,
      'handled by each': handled.join(', '),
      seconds: seconds.toFixed(2),
    })),
  );
  console.log(
    `two copies are through ${(alone.seconds / both.seconds).toFixed(2)} times as fast as one, with ${WAIT_MS} ms of waiting a batch`,
  );
} finally {
  redis.disconnect();
  await engines.stop();
  rmSync(directory, { recursive: true, force: true });
}

/** Has so many consumers work off so many entries. */
async function measure(entries: number, copies = 1, waitMs = 0): Promise<Result> {
  const keyPrefix = `bench:${entries}:${copies}:`;
  await fill(`${keyPrefix}THINGS_STREAM`, entries);
  const consumers = await Promise.all(
    Array.from({ length: copies }, () => startConsumer(keyPrefix, waitMs)),
  );
  const handled = consumers.map(() => 0);
  let peakRssMiB = 0;
  const done = Promise.withResolvers<void>();
  for (const [i, consumer] of consumers.entries())
    consumer.on('message', (told: Told) => {
      handled[i]! += told.handled;
      peakRssMiB = Math.max(peakRssMiB, told.peakRssMiB);
      if (handled.reduce((sum, one) => sum + one) >= entries) done.resolve();
    });
  const begun = performance.now();
  for (const consumer of consumers) consumer.send('begin');
  await done.promise;
  const seconds = (performance.now() - begun) / 1000;
  for (const consumer of consumers) {
    consumer.send('end');
    await once(consumer, 'exit');
  }
  await redis.del(`${keyPrefix}THINGS_STREAM`);
  return { entries, seconds, handled, peakRssMiB };
}

/** Starts a consumer; resolves when it can begin. */
async function startConsumer(keyPrefix: string, waitMs: number): Promise<ChildProcess> {
  const consumer = fork(
    join(import.meta.dirname, 'backlog-consumer.ts'),
    [engines.redisUrl, keyPrefix, String(waitMs)],
    { execArgv: NODE_FLAGS },
  );
  await once(consumer, 'message');
  return consumer;
}

async function fill(stream: string, entries: number): Promise<void> {
  for (let from = 0; from < entries; from += PIPELINE) {
    const pipeline = redis.pipeline();
    for (let n = from; n < Math.min(entries, from + PIPELINE); n += 1) {
      const k = `key-${n % 5000}`;
      const fields = { type: 'thing.happened', v: 1, eventId: n, key: k, k, n };
      pipeline.xadd(stream, '*', ...Object.entries(fields).flat());
    }
    await pipeline.exec();
  }
}
