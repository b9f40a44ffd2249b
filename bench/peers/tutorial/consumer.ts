/** The tutorial's loop as a consumer. */
import { consumeAs, EFFECTS } from '../../consumers/consumer.ts';
import { connect, listen } from './streams.ts';

await consumeAs(async ({ redisUrl, stream, effect }, handled) => {
  const redis = await connect(redisUrl);
  return () =>
    listen(redis, { stream, group: 'readers' }, async ({ k = '', n = '' }) => {
      if (effect === 'hset') await redis.hSet(EFFECTS, k, n);
      handled(1);
    });
});
