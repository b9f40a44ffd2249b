/** Starting the consumers of the row `bus`, and giving them something to do. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import type { Job, Progress } from './consumer.ts';

/** Every consumer by its name, and the program that it is. */
export const CONSUMERS = {
  millrace: 'consumers/millrace.ts',
  'bare ioredis': 'peers/bare.ts',
  'tutorial loop': 'peers/tutorial/consumer.ts',
  BullMQ: 'peers/bullmq.ts',
  '@moleculer/channels': 'peers/channels.ts',
} as const;

export type ConsumerName = keyof typeof CONSUMERS;

/** As in `npm start`: a small young generation, since almost all that a reader makes is short-lived. */
const NODE_FLAGS = ['--max-semi-space-size=8'];
/** Keys among all entries. */
const KEYS = 5000;
/** Entries of one pipeline while the stream is filled. */
const PIPELINE = 2000;

/** Puts entries into a stream, or jobs into a queue: the same data, as each writes it itself. */
export async function fill(name: ConsumerName, { redisUrl, stream, entries }: Job): Promise<void> {
  const redis = new Redis(redisUrl);
  const queue =
    name === 'BullMQ' ? new Queue(stream, { connection: { url: redisUrl } }) : undefined;
  for (let from = 0; from < entries; from += PIPELINE) {
    const length = Math.min(PIPELINE, entries - from);
    const data = Array.from({ length }, (_, i) => ({ k: `key-${(from + i) % KEYS}`, n: from + i }));
    if (queue) await queue.addBulk(data.map((one) => ({ name: 'thing.happened', data: one })));
    else {
      const pipeline = redis.pipeline();
      for (const { k, n } of data) {
        const fields =
          name === '@moleculer/channels'
            ? { payload: JSON.stringify({ k, n }) }
            : { type: 'thing.happened', v: 1, eventId: n, key: k, k, n };
        pipeline.xadd(stream, '*', ...Object.entries(fields).flat());
      }
      await pipeline.exec();
    }
  }
  await queue?.close();
  redis.disconnect();
}

export interface Consumed {
  seconds: number;
  /** What each consumer has handled. */
  handled: number[];
  peakRssMiB: number;
  /** Of all of them. */
  cpuSeconds: number;
}

/** Has so many consumers of a kind work off what was filled; gives what they took. */
export async function consume(name: ConsumerName, job: Job, copies = 1): Promise<Consumed> {
  const consumers = await Promise.all(
    Array.from({ length: copies }, async () => {
      const program = join(import.meta.dirname, '..', CONSUMERS[name]);
      const child = fork(program, [JSON.stringify(job)], { execArgv: NODE_FLAGS });
      await once(child, 'message');
      return child;
    }),
  );
  const progress: Progress[] = consumers.map(() => ({
    handled: 0,
    peakRssMiB: 0,
    cpuSeconds: 0,
  }));
  const done = Promise.withResolvers<void>();
  for (const [i, consumer] of consumers.entries()) {
    consumer.on('message', (report: Progress) => {
      progress[i] = report;
      if (progress.reduce((sum, { handled }) => sum + handled, 0) >= job.entries) done.resolve();
    });
    consumer.on('exit', () => done.reject(new Error(`a consumer of ${name} has ended`)));
  }
  const begun = performance.now();
  for (const consumer of consumers) consumer.send('begin');
  await done.promise;
  const seconds = (performance.now() - begun) / 1000;
  for (const consumer of consumers) {
    consumer.removeAllListeners('exit');
    consumer.disconnect();
    await once(consumer, 'exit');
  }
  return {
    seconds,
    handled: progress.map(({ handled }) => handled),
    peakRssMiB: Math.max(...progress.map(({ peakRssMiB }) => peakRssMiB)),
    cpuSeconds: progress.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
  };
}
