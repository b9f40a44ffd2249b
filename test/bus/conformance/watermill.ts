/**
 * What watermill promises of every broker (ThreeDotsLabs/watermill, `pubsub/tests/test_pubsub.go`), each
 * test under its name there and with its volumes. A message that is refused (Nack) is a handler that throws;
 * a subscriber is a process of its own. Two differ, since ours differs:
 *
 * - a refused message comes again at growing pauses and with a bound, which is set out of reach here;
 * - order, and waiting for an acknowledgement (`TestNoAck`), are by key.
 *
 * `TestReconnect` needs a Redis of its own and is in watermill-reconnect.test.ts.
 */
import type { Test } from 'tap';
import { eventually } from '../../support.ts';
import {
  allArrive,
  idsOf,
  newMessage,
  newMessages,
  openBroker,
  sameMessages,
  type Subscriber,
} from './broker.ts';

/** So many deliveries that no refusal of these tests makes a dead letter. */
const UNBOUNDED = { maxDeliveries: 1_000_000 };

async function TestPublishSubscribe(t: Test): Promise<void> {
  const broker = await openBroker(t);
  const messages = newMessages(100, (i) => ({
    payload: String(i),
    metadata: { test: newMessage().id },
  }));
  await broker.publish(messages);
  const subscriber = await broker.subscribe();
  await allArrive(messages, subscriber);
  sameMessages(t, subscriber.seen, messages);
  const sent = new Map(messages.map((message) => [message.id, message]));
  for (const { data } of subscriber.seen) t.same(data, sent.get(data.id), 'payload and metadata');
  await subscriber.close();
  await broker.publish(newMessages(1));
  t.equal(subscriber.seen.length, 100, 'what is closed gets no more');
}

async function TestConcurrentSubscribe(t: Test): Promise<void> {
  const broker = await openBroker(t);
  const messages = newMessages(5000);
  await broker.publish(messages);
  const subscribers = await Promise.all(Array.from({ length: 50 }, () => broker.subscribe()));
  await allArrive(messages, ...subscribers);
  sameMessages(
    t,
    subscribers.flatMap(({ seen }) => seen),
    messages,
  );
}

async function TestConcurrentSubscribeMultipleTopics(t: Test): Promise<void> {
  const broker = await openBroker(t);
  const messages = newMessages(100);
  const topics = Array.from({ length: 50 }, (_, i) => `${broker.topic}_${i}`);
  await Promise.all(
    topics.map(async (topic) => {
      await broker.publish(messages, topic);
      const subscriber = await broker.subscribe({ topic });
      await allArrive(messages, subscriber);
      sameMessages(t, subscriber.seen, messages);
    }),
  );
}

async function TestPublishSubscribeInOrder(t: Test): Promise<void> {
  const broker = await openBroker(t);
  const messages = newMessages(1000, (i) => ({ key: String(i % 16) }));
  await broker.publish(messages);
  // Subscribers that share a group share the messages of a key too: in one process each key has its order.
  const subscriber = await broker.subscribe();
  await allArrive(messages, subscriber);
  for (const [key, expected] of Map.groupBy(messages, (message) => message.key)) {
    const delivered = subscriber.seen.filter((message) => message.key === key);
    t.same(
      delivered.map(({ data }) => data.id),
      expected.map(({ id }) => id),
    );
  }
}

async function TestResendOnError(t: Test): Promise<void> {
  const broker = await openBroker(t);
  const messages = newMessages(100);
  await broker.publish(messages);
  let refusals = 0;
  const subscriber = await broker.subscribe({
    handle() {
      if (refusals++ < 2) throw new Error('refused');
    },
  });
  await eventually('the refused ones came again', () => subscriber.seen.length === 102);
  sameMessages(t, subscriber.seen, messages);
}

async function TestNoAck(t: Test): Promise<void> {
  const broker = await openBroker(t);
  const [first, second] = newMessages(2, () => ({ key: 'same' })) as [
    ReturnType<typeof newMessage>,
    ReturnType<typeof newMessage>,
  ];
  const other = newMessage();
  await broker.publish([first, second, other]);
  const acknowledged = Promise.withResolvers<void>();
  const subscriber = await broker.subscribe({
    async handle({ data }) {
      if (data.id === first.id) await acknowledged.promise;
    },
  });
  await eventually('another key goes on', () => idsOf(subscriber.seen).has(other.id));
  t.notOk(idsOf(subscriber.seen).has(second.id), 'the next of the key waits');
  acknowledged.resolve();
  await allArrive([first, second, other], subscriber);
  await eventually('all are acknowledged', async () => (await broker.pending()) === 0);
  t.equal(subscriber.seen.length, 3, 'and none comes again');
}

async function TestContinueAfterSubscribeClose(t: Test): Promise<void> {
  const broker = await openBroker(t);
  const messages = newMessages(5000);
  await broker.publish(messages);
  const subscribers: Subscriber[] = [];
  while (idsOf(subscribers.flatMap(({ seen }) => seen)).size < messages.length) {
    if (subscribers.length === 20) throw new Error('twenty subscribers did not get all');
    const subscriber = await broker.subscribe();
    subscribers.push(subscriber);
    const before = subscribers.slice(0, -1).reduce((sum, { seen }) => sum + seen.length, 0);
    const share = Math.min(1000, messages.length - before);
    await eventually('it has got its share', () => subscriber.seen.length >= share);
    await subscriber.close();
  }
  sameMessages(
    t,
    subscribers.flatMap(({ seen }) => seen),
    messages,
  );
}

async function TestConcurrentClose(t: Test): Promise<void> {
  const broker = await openBroker(t);
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      const subscriber = await broker.subscribe();
      await subscriber.close();
    }),
  );
  const messages = newMessages(50);
  await broker.publish(messages);
  const subscriber = await broker.subscribe();
  await allArrive(messages, subscriber);
  sameMessages(t, subscriber.seen, messages);
}

async function TestContinueAfterErrors(t: Test): Promise<void> {
  const broker = await openBroker(t);
  const messages = newMessages(50);
  await broker.publish(messages);
  for (let i = 0; i < 3; i += 1) {
    const refusing = await broker.subscribe({
      options: UNBOUNDED,
      handle() {
        throw new Error('refused');
      },
    });
    await eventually('a hundred refusals', () => refusing.seen.length >= 100);
    await refusing.close();
  }
  const subscriber = await broker.subscribe({ options: UNBOUNDED });
  await allArrive(messages, subscriber);
  sameMessages(t, subscriber.seen, messages);
}

async function TestConsumerGroups(t: Test): Promise<void> {
  const broker = await openBroker(t);
  const messages = newMessages(50);
  await broker.publish(messages);
  for (const group of ['one', 'two']) {
    const subscriber = await broker.subscribe({ group });
    await allArrive(messages, subscriber);
    sameMessages(t, subscriber.seen, messages);
  }
}

async function TestPublisherClose(t: Test): Promise<void> {
  const broker = await openBroker(t);
  const messages = newMessages(10_000);
  const waiting = messages[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      for (const message of waiting) await broker.publish([message]);
    }),
  );
  const subscriber = await broker.subscribe();
  await allArrive(messages, subscriber);
  sameMessages(t, subscriber.seen, messages);
}

async function TestTopic(t: Test): Promise<void> {
  const broker = await openBroker(t);
  const topics = ['TOPIC_1', 'TOPIC_2'];
  for (const topic of topics) await broker.publish([newMessage({ payload: topic })], topic);
  for (const topic of topics) {
    const subscriber = await broker.subscribe({ topic });
    await eventually('its message came', () => subscriber.seen.length > 0);
    t.same(
      subscriber.seen.map(({ data }) => data.payload),
      [topic],
    );
  }
}

/** Ours has no context that is cancelled: a subscriber that closes waits for what is at work, bounded. */
async function TestMessageCtx(t: Test): Promise<void> {
  const broker = await openBroker(t);
  await broker.publish([newMessage()]);
  const gate = Promise.withResolvers<void>();
  const closing = await broker.subscribe({ handle: () => gate.promise });
  await eventually('it is at work', () => closing.seen.length === 1);
  const closed = closing.close();
  t.equal(await broker.pending(), 1, 'it is not acknowledged while it is at work');
  gate.resolve();
  await closed;
  t.equal(await broker.pending(), 0, 'it is when it has ended');

  await broker.publish([newMessage()]);
  const standing = Promise.withResolvers<void>();
  t.teardown(() => standing.resolve());
  const stuck = await broker.subscribe({
    options: { drainMs: 50 },
    handle: () => standing.promise,
  });
  await eventually('it is at work', () => stuck.seen.length === 1);
  await stuck.close();
  t.equal(await broker.pending(), 1, 'closing is bounded, and what is at work then is not lost');
}

async function TestSubscribeCtx(t: Test): Promise<void> {
  const broker = await openBroker(t);
  const messages = newMessages(20);
  await broker.publish(messages);
  const cancelled = await broker.subscribe({
    options: UNBOUNDED,
    handle() {
      throw new Error('refused');
    },
  });
  await cancelled.close();
  const subscriber = await broker.subscribe({ options: UNBOUNDED });
  await allArrive(messages, subscriber);
  sameMessages(t, subscriber.seen, messages);
  await eventually('all are acknowledged', async () => (await broker.pending()) === 0);
}

async function TestNewSubscriberReceivesOldMessages(t: Test): Promise<void> {
  const broker = await openBroker(t);
  const published = newMessages(1);
  await broker.publish(published);
  const subscribers: Subscriber[] = [];
  for (let i = 0; i < 3; i += 1) {
    const message = newMessage();
    published.push(message);
    await broker.publish([message]);
    subscribers.push(await broker.subscribe({ group: `group-${i}` }));
    for (const subscriber of subscribers) {
      await allArrive(published, subscriber);
      sameMessages(t, subscriber.seen, published);
    }
  }
}

/** All of `TestPubSub` but `TestReconnect`. */
export const TestPubSub: readonly ((t: Test) => Promise<void>)[] = [
  TestPublishSubscribe,
  TestConcurrentSubscribe,
  TestConcurrentSubscribeMultipleTopics,
  TestResendOnError,
  TestNoAck,
  TestContinueAfterSubscribeClose,
  TestConcurrentClose,
  TestContinueAfterErrors,
  TestPublishSubscribeInOrder,
  TestPublisherClose,
  TestTopic,
  TestMessageCtx,
  TestSubscribeCtx,
  TestNewSubscriberReceivesOldMessages,
  TestConsumerGroups,
];
