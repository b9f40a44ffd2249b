/** Moleculer's channels over Redis Streams: a service whose handler gets an entry at a time. */
import { Middleware as createChannels } from '@moleculer/channels';
import { Redis } from 'ioredis';
import { ServiceBroker } from 'moleculer';
import { consumeAs, EFFECTS } from '../consumers/consumer.ts';

/**
 * Messages under work at a time, which are read at once: ten times its documentation's most. More
 * gains nothing, since it acknowledges them one after another.
 */
const MAX_IN_FLIGHT = 1000;

await consumeAs(async ({ redisUrl, stream, effect }, handled) => {
  const redis = new Redis(redisUrl);
  const broker = new ServiceBroker({
    logger: false,
    // The rest has defaults, which its types do not know.
    middlewares: [createChannels({ adapter: redisUrl } as Parameters<typeof createChannels>[0])],
  });
  await broker.start();
  const channel = {
    group: 'readers',
    maxInFlight: MAX_IN_FLIGHT,
    // By default a new group begins with what is sent from now on.
    redis: { startID: '0' },
    async handler({ k, n }: { k: string; n: number }) {
      if (effect === 'hset') await redis.hset(EFFECTS, k, n);
      handled(1);
    },
  };
  const service = { name: 'things', channels: { [stream]: channel } };
  return () => broker.createService(service);
});
