/** Our bus as the suites of other brokers see one: topics, messages, publishers and subscribers. */
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import type { Test } from 'tap';
import { Type } from 'typebox';
import {
  createBus,
  duplicateForBlocking,
  DEFAULT_BUS_OPTIONS,
  defineEvent,
  each,
  on,
  type Bus,
  type BusOptions,
  type Event,
  type RedisClient,
} from '../../../src/bus/index.ts';
import { connectRedis } from '../../../src/stores/redis.ts';
import { eventually, openTestEnvironment, type TestEnvironment } from '../../support.ts';

const log = pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });

export const GROUP = 'readers';

export interface Message {
  /** Tells it apart, however often it is delivered. */
  id: string;
  /** What orders it: messages with one key are handled one after another. */
  key: string;
  payload: string;
  metadata: Record<string, string>;
}

export type Delivered = Event<Message>;
export type Handle = (message: Delivered) => Promise<void> | void;

/** A message with a key of its own, as brokers that know no keys have them. */
export function newMessage(given: Partial<Message> = {}): Message {
  const id = randomUUID();
  return { id, key: id, payload: '', metadata: {}, ...given };
}

export const newMessages = (count: number, of: (i: number) => Partial<Message> = () => ({})) =>
  Array.from({ length: count }, (_, i) => newMessage(of(i)));

/** A topic is a stream; whoever reads it knows its contract. */
export function contractOf(topic: string) {
  return defineEvent({
    stream: topic,
    type: 'message',
    v: 1,
    key: 'key',
    data: {
      id: Type.String(),
      key: Type.String(),
      payload: Type.String(),
      metadata: Type.Record(Type.String(), Type.String()),
    },
  });
}

/** Short times, so that nobody waits long for a claim or a retry. */
const OPTIONS: BusOptions = {
  ...DEFAULT_BUS_OPTIONS,
  blockMs: 200,
  claimIdleMs: 500,
  retryMinMs: 1,
  retryMaxMs: 10,
  drainMs: 1000,
};

export interface Subscribing {
  topic?: string;
  group?: string;
  options?: Partial<BusOptions>;
  handle?: Handle;
}

export interface Subscriber {
  bus: Bus;
  /** Every message that was handled, in the order in which that began. */
  seen: Delivered[];
  close(): Promise<void>;
}

export interface Broker {
  env: TestEnvironment;
  /** The topic of the test; others have other names. */
  topic: string;
  /** Publishes to a topic as one call; throws where Redis did not confirm all. */
  publish(messages: readonly Message[], topic?: string): Promise<void>;
  /** Opens a process of its own, for subscriptions of the test's own. */
  open(options?: Partial<BusOptions>): Promise<{ bus: Bus }>;
  /** Opens a process of its own, with one subscription, which is started. */
  subscribe(subscribing?: Subscribing): Promise<Subscriber>;
  /** How many entries a group has been given and has not acknowledged. */
  pending(topic?: string, group?: string): Promise<number>;
}

/** Opens a place for a test; what is opened there ends with it. */
export async function openBroker(
  t: Test,
  { redisUrl, wrap = (commands) => commands }: { redisUrl?: string; wrap?: Wrap } = {},
): Promise<Broker> {
  const env = await openTestEnvironment(t, redisUrl);
  const topic = 'TOPIC';
  const publisher = await openProcess(t, env, {});
  return {
    env,
    topic,
    async publish(messages, to = topic) {
      const contract = contractOf(to);
      const records = messages.map((message) => ({
        ...contract.create(message),
        eventId: message.id,
      }));
      const confirmed = await publisher.publisher.publish(to, records);
      if (!confirmed.every(Boolean)) throw new Error('Redis did not confirm it');
    },
    open: async (options = {}) => ({ bus: await openProcess(t, env, options, wrap) }),
    async subscribe({ topic: from = topic, group = GROUP, options = {}, handle } = {}) {
      const bus = await openProcess(t, env, options, wrap);
      const seen: Delivered[] = [];
      const listener = each<ReturnType<typeof contractOf>>(async (message) => {
        seen.push(message);
        await handle?.(message);
      });
      bus.subscribe(group, [on(contractOf(from), listener)]);
      await bus.start();
      return { bus, seen, close: () => bus.stop() };
    },
    async pending(of = topic, group = GROUP) {
      const [count] = (await env.redis.xpending(env.keyPrefix + of, group)) as [number];
      return count;
    },
  };
}

/** Puts something between a bus and its Redis. */
export type Wrap = (commands: RedisClient) => RedisClient;

async function openProcess(
  t: Test,
  env: TestEnvironment,
  options: Partial<BusOptions>,
  wrap: Wrap = (commands) => commands,
): Promise<Bus> {
  const commands = await connectRedis(env.redisUrl, log);
  const opened: RedisClient[] = [commands];
  const bus = createBus({
    connections: {
      commands: wrap(commands),
      blocking(key) {
        const connection = duplicateForBlocking(commands, key);
        opened.push(connection);
        return connection;
      },
    },
    keyPrefix: env.keyPrefix,
    options: { ...OPTIONS, ...options },
    log,
  });
  t.teardown(async () => {
    await bus.stop();
    for (const connection of opened) connection.disconnect();
  });
  return bus;
}

/** The ids of what was delivered, each once. */
export const idsOf = (delivered: readonly Delivered[]): Set<string> =>
  new Set(delivered.map(({ data }) => data.id));

/** Waits until all were delivered to one of the subscribers, and says what is missing otherwise. */
export async function allArrive(
  messages: readonly Message[],
  ...subscribers: readonly Pick<Subscriber, 'seen'>[]
): Promise<void> {
  await eventually(`${messages.length} messages arrive`, () => {
    const count = subscribers.reduce((sum, { seen }) => sum + seen.length, 0);
    return (
      count >= messages.length &&
      idsOf(subscribers.flatMap(({ seen }) => seen)).size >= messages.length
    );
  });
}

/** Asserts that what was delivered is what was published: nothing is missing and nothing is foreign. */
export function sameMessages(
  t: Test,
  delivered: readonly Delivered[],
  messages: readonly Message[],
): void {
  const ids = idsOf(delivered);
  const missing = messages.filter(({ id }) => !ids.has(id));
  t.same(missing, [], 'nothing is missing');
  t.equal(ids.size, messages.length, 'and nothing else came');
}
