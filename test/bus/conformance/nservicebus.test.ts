/**
 * The transport tests of NServiceBus that apply (Particular/NServiceBus, `src/NServiceBus.TransportTests`),
 * each under its name there. `onMessage` is a handler; `onError` is what we decide of a failure, and ends
 * with the dead letter. Those that do not apply:
 *
 * - `When_cancelling_stop_*`, `When_op_cancelled_*`: handlers get no token. Stopping has a bound instead.
 * - `When_*_concurrency_is_*_after_pump_started`: a process starts with its concurrency; here another
 *   process with another concurrency takes over.
 * - `When_modifying_incoming_headers_*`, `When_modifying_body_*`: an event is there to be read; what a handler
 *   writes into it stays in its process, which is tested, and is not taken back for its next attempt there.
 * - `When_scope_*`, `When_transaction_level_*`: transactions of .NET. `When_using_non_durable_delivery`,
 *   `When_delivery_constraints_*`: no such options.
 */
import type { Collection } from 'mongodb';
import { test } from 'tap';
import { OUTBOX_INDEX, UnrecoverableError, type OutboxDocument } from '../../../src/bus/index.ts';
import { eventually } from '../../support.ts';
import {
  allArrive,
  contractOf,
  GROUP,
  newMessage,
  newMessages,
  openBroker,
  sameMessages,
  type Broker,
  type Subscriber,
} from './broker.ts';

const acknowledged = (broker: Broker) =>
  eventually('all are acknowledged', async () => (await broker.pending()) === 0);

const lettersOf = ({ bus }: Subscriber, broker: Broker) =>
  bus.deadLetters(broker.topic, GROUP).list('-', 10);

/** What refuses its first deliveries, and tells what it was given. */
function refuseFirst(times: number, error: () => Error) {
  let count = 0;
  return (): void => {
    if (count++ < times) throw error();
  };
}

test('When_message_is_available: Should_invoke_on_message', async (t) => {
  const broker = await openBroker(t);
  const message = newMessage({ payload: 'body', metadata: { MyHeader: 'MyValue' } });
  const subscriber = await broker.subscribe();
  await broker.publish([message]);
  await allArrive([message], subscriber);
  const [delivered] = subscriber.seen;
  t.same(delivered?.data, message);
  t.equal(delivered?.eventId, message.id);
  t.match(delivered?.entryId, /^\d+-\d+$/, 'the transport has an id of its own for it');
});

test('When_multiple_messages_are_available: Should_handle_messages_concurrently', async (t) => {
  const broker = await openBroker(t);
  const messages = newMessages(2);
  const both = Promise.withResolvers<void>();
  let atWork = 0;
  const subscriber = await broker.subscribe({
    options: { concurrency: 2, handlerBatch: 1 },
    async handle() {
      if (++atWork === 2) both.resolve();
      await both.promise;
    },
  });
  await broker.publish(messages);
  await allArrive(messages, subscriber);
  await acknowledged(broker);
});

for (const [name, before, after] of [
  ['increased', 2, 10],
  ['lowered', 10, 2],
] as const)
  test(`When_multiple_messages_are_available_and_concurrency_is_${name}_after_pump_started`, async (t) => {
    const broker = await openBroker(t);
    const messages = newMessages(20);
    const started = await broker.subscribe({ options: { concurrency: before } });
    await started.close();
    let atWork = 0;
    let most = 0;
    const gate = Promise.withResolvers<void>();
    await broker.publish(messages);
    const subscriber = await broker.subscribe({
      options: { concurrency: after, handlerBatch: 1 },
      async handle() {
        most = Math.max(most, ++atWork);
        await gate.promise;
        atWork -= 1;
      },
    });
    await eventually('as many are at work as may', () => most === after);
    gate.resolve();
    await allArrive(messages, subscriber);
    await acknowledged(broker);
    t.equal(most, after, 'and never more');
  });

test('When_on_message_throws: Should_call_on_error', async (t) => {
  const broker = await openBroker(t);
  const message = newMessage({ payload: 'body', metadata: { MyHeader: 'MyValue' } });
  await broker.publish([message]);
  const handle = refuseFirst(1, () => new UnrecoverableError('Simulated exception'));
  const subscriber = await broker.subscribe({ handle });
  const [letter] = await eventually('it is a dead letter', async () => {
    const letters = await lettersOf(subscriber, broker);
    return letters.length > 0 && letters;
  });
  t.match(letter, { error: 'Simulated exception', attempts: 1 });
  t.match(letter?.fields, {
    eventId: message.id,
    payload: 'body',
    metadata: JSON.stringify(message.metadata),
  });
});

test('When_on_message_throws_after_immediate_retry: Should_persist_retry_attempts', async (t) => {
  const broker = await openBroker(t);
  const message = newMessage();
  await broker.publish([message]);
  const subscriber = await broker.subscribe({
    handle: refuseFirst(2, () => new Error('Simulated exception')),
  });
  await eventually('the third attempt succeeds', () => subscriber.seen.length === 3);
  const failures = await eventually('both failures are kept', async () => {
    const found = await subscriber.bus.failuresOf(message.key);
    return found.length === 2 && found;
  });
  t.same(
    failures.map(({ attempt, error }) => [attempt, error]),
    [
      [1, 'Simulated exception'],
      [2, 'Simulated exception'],
    ],
  );
  await acknowledged(broker);
});

test('When_on_message_throws_after_delayed_retry: Should_continue_to_deliver_message_after_a_pause', async (t) => {
  const broker = await openBroker(t);
  const [delayed, other] = [newMessage(), newMessage()];
  await broker.publish([delayed]);
  const times: number[] = [];
  const subscriber = await broker.subscribe({
    options: { retryMinMs: 200, retryMaxMs: 200 },
    handle({ data }) {
      if (data.id !== delayed.id) return;
      times.push(performance.now());
      if (times.length === 1) throw new Error('Simulated exception');
    },
  });
  await eventually('it was refused', () => times.length === 1);
  await broker.publish([other]);
  await allArrive([delayed, other], subscriber);
  await eventually('it came again', () => times.length === 2);
  t.ok(times[1]! - times[0]! >= 100, 'half the pause at least went by');
  t.equal(subscriber.seen[1]?.data.id, other.id, 'and the other did not wait');
});

test('When_on_error_throws: Should_reinvoke_on_error_with_original_exception', async (t) => {
  let refused = 0;
  // The dead letter is one script; Redis refuses the first.
  const broker = await openBroker(t, {
    wrap: (commands) =>
      new Proxy(commands, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name, target);
          if (typeof value !== 'function') return value;
          return (...args: unknown[]): unknown =>
            name === 'eval' && String(args[3]).includes('dead:') && refused++ === 0
              ? Promise.reject(new Error('Exception from onError'))
              : Reflect.apply(value, target, args);
        },
      }),
  });
  await broker.publish([newMessage()]);
  const subscriber = await broker.subscribe({
    handle() {
      throw new UnrecoverableError('Simulated exception');
    },
  });
  const [letter, second] = await eventually('it is a dead letter', async () => {
    const letters = await lettersOf(subscriber, broker);
    return letters.length > 0 && letters;
  });
  t.ok(refused > 1, 'the first dead letter was refused');
  t.equal(letter?.error, 'Simulated exception');
  t.equal(second, undefined);
  await acknowledged(broker);
});

/** A store whose documents carry what a handler sends. */
async function openStore({ env }: Broker): Promise<Collection<OutboxDocument>> {
  const documents = env.mongodb
    .db(`${env.databasePrefix}store`)
    .collection<OutboxDocument>('documents');
  await documents.createIndexes([OUTBOX_INDEX]);
  return documents;
}

test('When_failure_happens_after_send: Should_not_emit_messages', async (t) => {
  const broker = await openBroker(t);
  const documents = await openStore(broker);
  const { bus } = await broker.open();
  const outbox = bus.outbox(documents, 'SENT');
  const sent = contractOf('SENT');
  const answers = await broker.subscribe({ topic: 'SENT' });
  const session = broker.env.mongodb.startSession();
  t.teardown(() => session.endSession());
  let attempts = 0;
  const subscriber = await broker.subscribe({
    async handle({ data }) {
      attempts += 1;
      const { id } = data;
      const event = sent.create(newMessage({ payload: `attempt ${attempts}` }));
      await session.withTransaction(async () => {
        await documents.insertOne({ _id: id, outbox: [event] }, { session });
        if (attempts === 1) throw new Error('Simulated exception');
      });
      await outbox.publish([{ _id: id, outbox: [event] }]);
    },
  });
  await broker.publish([newMessage()]);
  await eventually('what the second attempt sent came', () => answers.seen.length > 0);
  await acknowledged(broker);
  t.equal(subscriber.seen.length, 2);
  t.same(
    answers.seen.map(({ data }) => data.payload),
    ['attempt 2'],
  );
});

test('When_stopping_on_message: Should_complete', async (t) => {
  const broker = await openBroker(t);
  const gate = Promise.withResolvers<void>();
  let completed = false;
  const subscriber = await broker.subscribe({
    async handle() {
      await gate.promise;
      completed = true;
    },
  });
  await broker.publish([newMessage()]);
  await eventually('it has begun', () => subscriber.seen.length === 1);
  const stopped = subscriber.close();
  gate.resolve();
  await stopped;
  t.ok(completed);
  t.equal(await broker.pending(), 0, 'and it is acknowledged');
});

test('When_stopping_on_error: Should_complete', async (t) => {
  const broker = await openBroker(t);
  const message = newMessage();
  const gate = Promise.withResolvers<void>();
  const subscriber = await broker.subscribe({
    async handle() {
      await gate.promise;
      throw new Error('Simulated exception');
    },
  });
  await broker.publish([message]);
  await eventually('it has begun', () => subscriber.seen.length === 1);
  const stopped = subscriber.close();
  gate.resolve();
  await stopped;
  t.equal(await broker.pending(), 1, 'what failed is not acknowledged');
  const next = await broker.subscribe();
  await allArrive([message], next);
  await acknowledged(broker);
});

test('When_starting_again: Should_deliver_messages', async (t) => {
  const broker = await openBroker(t);
  for (let i = 0; i < 2; i += 1) {
    const subscriber = await broker.subscribe();
    const messages = newMessages(5);
    await broker.publish(messages);
    await allArrive(messages, subscriber);
    sameMessages(t, subscriber.seen, messages);
    await subscriber.close();
  }
});

test('When_modifying_incoming_headers: nobody else sees it', async (t) => {
  const broker = await openBroker(t);
  const message = newMessage({ metadata: { 'test-header': 'original' } });
  await broker.publish([message]);
  const first = await broker.subscribe({
    options: { retryMinMs: 60_000, retryMaxMs: 60_000 },
    handle({ data }) {
      data.metadata['test-header'] = 'modified';
      throw new Error('Simulated exception');
    },
  });
  await eventually('it was refused', () => first.seen.length === 1);
  await first.close();
  const next = await broker.subscribe();
  await allArrive([message], next);
  t.equal(next.seen[0]?.data.metadata['test-header'], 'original');
});

test('When_using_unicode_characters_in_headers: Should_support_unicode_characters', async (t) => {
  const broker = await openBroker(t);
  const text = 'TestString©\u{1F30A} नमस्ते \u0000 \u2028';
  const message = newMessage({ key: text, payload: text, metadata: { [text]: text } });
  await broker.publish([message]);
  const subscriber = await broker.subscribe();
  await allArrive([message], subscriber);
  t.same(subscriber.seen[0]?.data, message);
  t.equal(subscriber.seen[0]?.key, text);
});
