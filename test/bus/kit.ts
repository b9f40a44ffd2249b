/** A bus in a test's environment, with one stream and one event, for tests of what the bus promises. */
import type { Collection } from 'mongodb';
import { pino, type Logger } from 'pino';
import type { Test } from 'tap';
import { Type } from 'typebox';
import type { ListenerOptions } from '../../src/bus/consume/handler.ts';
import {
  createBus,
  duplicateForBlocking,
  DEFAULT_BUS_OPTIONS,
  defineEvent,
  on,
  OUTBOX_INDEX,
  type Bus,
  type BusObserver,
  type BusOptions,
  type EventContract,
  type EventOf,
  type Outbox,
  type OutboxDocument,
  type RedisClient,
} from '../../src/bus/index.ts';
import type { Listening } from '../../src/bus/maintain/group-offsets.ts';
import { connectRedis } from '../../src/stores/redis.ts';
import { openTestEnvironment, type TestEnvironment } from '../support.ts';

export const STREAM = 'THINGS_STREAM';

/** The `n`th thing that happened to `k`. */
export const happened = defineEvent({
  stream: STREAM,
  type: 'thing.happened',
  v: 1,
  key: 'k',
  data: { k: Type.String(), n: Type.Integer() },
});

export type Happened = EventOf<typeof happened>;

const quiet = pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });

/** Short times, so that tests need not wait long for claims and sweeps. */
const OPTIONS: BusOptions = {
  ...DEFAULT_BUS_OPTIONS,
  blockMs: 200,
  claimIdleMs: 600,
  sweepEveryMs: 50,
  sweepAfterMs: 100,
  retryMinMs: 10,
  retryMaxMs: 100,
  drainMs: 1000,
};

export interface BusKit {
  bus: Bus;
  env: TestEnvironment;
  /** The key of the stream in Redis. */
  key: string;
  outbox: Outbox;
  things: Collection<OutboxDocument>;
  /** Appends entries as another module would have published them. */
  append(...events: { k: string; n: number }[]): Promise<void>;
  /** Ends the bus and its connections at once, handing nothing back, as a crash does. */
  crash(): void;
}

/** Opens a bus that is not started. Several may share an environment, as several processes would. */
export async function openBus(
  t: Test,
  options: {
    env?: TestEnvironment;
    options?: Partial<BusOptions>;
    contracts?: readonly EventContract[];
    listening?: Listening;
    observer?: BusObserver;
    redisUrl?: string;
    probeStore?: () => Promise<unknown>;
    log?: Logger;
  } = {},
): Promise<BusKit> {
  const env = options.env ?? (await openTestEnvironment(t));
  const { log = quiet, contracts = [happened], listening, observer, probeStore } = options;
  const url = options.redisUrl ?? env.redisUrl;
  const commands = await connectRedis(url, log);
  const opened: RedisClient[] = [commands];
  let crashed = false;
  const bus = createBus({
    connections: {
      commands,
      blocking: (key) => {
        if (crashed) throw new Error('it has crashed');
        const connection = duplicateForBlocking(commands, key);
        opened.push(connection);
        return connection;
      },
    },
    keyPrefix: env.keyPrefix,
    options: { ...OPTIONS, ...options.options },
    contracts,
    ...(listening && { listening }),
    ...(observer && { observer }),
    ...(probeStore && { probeStore }),
    log,
  });
  t.teardown(async () => {
    await bus.stop();
    for (const connection of opened) connection.disconnect();
  });
  const things = env.mongodb.db(`${env.databasePrefix}things`).collection<OutboxDocument>('things');
  await things.createIndexes([OUTBOX_INDEX]);
  return {
    bus,
    env,
    key: env.keyPrefix + STREAM,
    outbox: bus.outbox(things, STREAM),
    things,
    async append(...events) {
      await bus.publisher.publish(
        STREAM,
        events.map((event) => happened.create(event)),
      );
    },
    crash() {
      crashed = true;
      for (const connection of opened) connection.disconnect();
    },
  };
}

/** Subscribes with a handler of batches; gives the list of all events that it was given. */
export function listen(
  { bus }: BusKit,
  handle: (events: Happened[]) => Promise<void> | void = () => undefined,
  group = 'readers',
  delivery: ListenerOptions = {},
): Happened[] {
  const seen: Happened[] = [];
  bus.subscribe(group, [
    on(
      happened,
      async (events: Happened[]) => {
        seen.push(...events);
        await handle(events);
      },
      delivery,
    ),
  ]);
  return seen;
}

/** How many entries the group has been given and not acknowledged. */
export async function pendingOf({ env, key }: BusKit, group = 'readers'): Promise<number> {
  const [pending] = (await env.redis.xpending(key, group)) as [number];
  return pending;
}
