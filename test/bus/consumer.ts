/** A process that handles things: writes down what it begins, and waits for `go` before it ends each. */
import { pino } from 'pino';
import { createBus, DEFAULT_BUS_OPTIONS, each, on } from '../../src/bus/index.ts';
import { connectRedis } from '../../src/stores/redis.ts';
import { happened } from './kit.ts';

const [url = '', keyPrefix = ''] = process.argv.slice(2);
const log = pino({ level: 'silent' });
const store = await connectRedis(url, log);
const commands = await connectRedis(url, log);
const bus = createBus({
  connections: { commands },
  keyPrefix,
  options: {
    ...DEFAULT_BUS_OPTIONS,
    blockMs: 200,
    claimIdleMs: 600,
    concurrency: 1,
    handlerBatch: 1,
  },
  log,
});
bus.subscribe('readers', [
  on(
    happened,
    each(async ({ data }) => {
      await store.rpush(`${keyPrefix}begun`, data.n);
      while ((await store.exists(`${keyPrefix}go`)) === 0)
        await new Promise((resolve) => setTimeout(resolve, 10));
    }),
  ),
]);
await bus.start();
