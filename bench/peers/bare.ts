/** The limit: a bare loop on ioredis that pipelines all it can, and does nothing that Millrace promises. */
import { Redis } from 'ioredis';
import { consumeAs, EFFECTS, fieldOf } from '../consumers/consumer.ts';

const GROUP = 'readers';
const COUNT = 500;
type Answer = [stream: string, entries: [id: string, fields: string[]][]][] | null;

await consumeAs(async ({ redisUrl, stream, effect }, handled) => {
  const commands = new Redis(redisUrl);
  const reader = new Redis(redisUrl);
  await commands.xgroup('CREATE', stream, GROUP, '0', 'MKSTREAM');
  return async () => {
    for (;;) {
      const read = ['GROUP', GROUP, 'one', 'COUNT', COUNT, 'BLOCK', 2000] as const;
      const answer = (await reader.xreadgroup(...read, 'STREAMS', stream, '>')) as Answer;
      const entries = answer?.[0]?.[1] ?? [];
      if (entries.length === 0) continue;
      const pipeline = commands.pipeline();
      if (effect === 'hset')
        for (const [, fields] of entries)
          pipeline.hset(EFFECTS, fieldOf(fields, 'k'), fieldOf(fields, 'n'));
      pipeline.xack(stream, GROUP, ...entries.map(([id]) => id));
      await pipeline.exec();
      handled(entries.length);
    }
  };
});
