/** BullMQ's worker, a hundred jobs at a time. */
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { consumeAs, EFFECTS } from '../consumers/consumer.ts';

const CONCURRENCY = 100;

await consumeAs(async ({ redisUrl, stream, effect }, handled) => {
  const redis = new Redis(redisUrl);
  const worker = new Worker<{ k: string; n: number }>(
    stream,
    async ({ data: { k, n } }) => {
      if (effect === 'hset') await redis.hset(EFFECTS, k, n);
    },
    {
      connection: { url: redisUrl },
      concurrency: CONCURRENCY,
      autorun: false,
      removeOnComplete: { count: 0 },
    },
  );
  worker.on('completed', () => handled(1));
  worker.on('error', (error) => console.error(error));
  await worker.waitUntilReady();
  return () => worker.run();
});
