/**
 * Dapr's conformance test of a pub/sub component (dapr/components-contrib,
 * `tests/conformance/pubsub/pubsub.go`): its steps by their names, with its count of messages. Its
 * handler fails the first two deliveries and every fifth; its pauses, in which messages pile up, are for
 * brokers that must be waited for. `checkInOrderProcessing` is on: the messages have one key. Init is the
 * opening of a bus. Its bulk forms publish many by one call, and handle them in batches.
 */
import { test, type Test } from 'tap';
import { on } from '../../../src/bus/index.ts';
import { eventually } from '../../support.ts';
import {
  allArrive,
  contractOf,
  newMessages,
  openBroker,
  sameMessages,
  type Broker,
  type Delivered,
  type Message,
} from './broker.ts';

const MESSAGES = 10;

/** Fails the first two deliveries and every fifth; what it did not fail is `processed`, in its order. */
function createFlaky() {
  const processed: Delivered[] = [];
  let deliveries = 0;
  let errors = 0;
  return {
    processed,
    errors: () => errors,
    handle: (message: Delivered): void => {
      if (processed.some(({ data }) => data.id === message.data.id)) return;
      deliveries += 1;
      if (errors < 2 || deliveries % 5 === 0) {
        errors += 1;
        throw new Error('conf test simulated error');
      }
      processed.push(message);
    },
  };
}

const numbered = (key: (i: number) => string): Message[] =>
  newMessages(MESSAGES, (i) => ({ key: key(i), payload: String(i + 1) }));

/** Everything was read, though some of it failed; where order is checked, in the order of its publication. */
async function verifyRead(
  t: Test,
  broker: Broker,
  flaky: ReturnType<typeof createFlaky>,
  messages: readonly Message[],
): Promise<void> {
  await allArrive(messages, { seen: flaky.processed });
  sameMessages(t, flaky.processed, messages);
  t.same(
    flaky.processed.map(({ data }) => data.payload),
    messages.map(({ payload }) => payload),
    'in order',
  );
  t.ok(flaky.errors() > 2, 'though some deliveries failed');
  await eventually('all are acknowledged', async () => (await broker.pending()) === 0);
}

test('init, ping', async (t) => {
  const broker = await openBroker(t);
  const subscriber = await broker.subscribe();
  t.same(subscriber.bus.failing(), []);
});

test('subscribe, publish, verify read', async (t) => {
  const broker = await openBroker(t);
  const flaky = createFlaky();
  await broker.subscribe({ handle: flaky.handle });
  const messages = numbered(() => 'same');
  for (const message of messages) await broker.publish([message]);
  await verifyRead(t, broker, flaky, messages);
});

test('multiple handlers: each topic has its own, and gets nothing else', async (t) => {
  const broker = await openBroker(t);
  const topics = ['multi1', 'multi2'];
  const sent = new Map(topics.map((topic) => [topic, numbered(String)]));
  const subscribers = await Promise.all(
    topics.map(async (topic) => ({ topic, ...(await broker.subscribe({ topic })) })),
  );
  for (const [topic, messages] of sent)
    for (const message of messages) await broker.publish([message], topic);
  for (const { topic, seen } of subscribers) {
    await allArrive(sent.get(topic)!, { seen });
    sameMessages(t, seen, sent.get(topic)!);
  }
});

test('stop subscribers: what is stopped gets no more, the others do', async (t) => {
  const broker = await openBroker(t);
  const [stopped, going] = await Promise.all([
    broker.subscribe({ topic: 'multi1' }),
    broker.subscribe({ topic: 'multi2' }),
  ]);
  await stopped.close();
  const messages = numbered(String);
  for (const topic of ['multi1', 'multi2']) await broker.publish(messages, topic);
  await allArrive(messages, going);
  t.same(stopped.seen, []);
  const again = await broker.subscribe({ topic: 'multi1' });
  await allArrive(messages, again);
  sameMessages(t, again.seen, messages);
});

test('bulk publish', async (t) => {
  const broker = await openBroker(t);
  const flaky = createFlaky();
  await broker.subscribe({ handle: flaky.handle });
  const messages = numbered(() => 'same');
  await broker.publish(messages);
  await verifyRead(t, broker, flaky, messages);
});

test('bulk subscribe: a batch that fails is taken apart, and no message is lost', async (t) => {
  const broker = await openBroker(t);
  const messages = numbered(String);
  await broker.publish(messages);
  const flaky = createFlaky();
  const sizes: number[] = [];
  const { bus } = await broker.open();
  const contract = contractOf(broker.topic);
  const listener = on(contract, async (batch: Delivered[]) => {
    sizes.push(batch.length);
    for (const message of batch) flaky.handle(message);
  });
  bus.subscribe('readers', [listener]);
  await bus.start();
  await allArrive(messages, { seen: flaky.processed });
  sameMessages(t, flaky.processed, messages);
  t.ok(Math.max(...sizes) > 1, 'there were batches');
  await eventually('all are acknowledged', async () => (await broker.pending()) === 0);
});
