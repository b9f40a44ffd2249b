/**
 * What applies of Wolverine's `TransportCompliance` (JasperFx/wolverine,
 * `src/Testing/Wolverine.ComplianceTests/Compliance/TransportCompliance.cs`), each test under its name
 * there. Those that do not apply: `can_send_and_wait`, `can_request_reply`, `explicit_respond_to_sender`
 * and `requested_response`, since an event has no reply; `schedule_send`, since none is published for
 * later; `send_green_*`, since the wire format is one. A rule by the type of an exception is
 * `UnrecoverableError`, which ends an entry at once.
 */
import { test } from 'tap';
import { UnrecoverableError } from '../../../src/bus/index.ts';
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

/** As Wolverine's receiver has it. */
const THREE_ATTEMPTS = { maxDeliveries: 3 };

/** A handler that throws on the attempts that have an error. */
function throwOnAttempts(errors: readonly Error[]) {
  let attempt = 0;
  return (): void => {
    const error = errors[attempt++];
    if (error) throw error;
  };
}

async function shouldMoveToErrorQueueOnAttempt(
  broker: Broker,
  { bus }: Subscriber,
): Promise<number> {
  const [letter] = await eventually('it is a dead letter', async () => {
    const letters = await bus.deadLetters(broker.topic, GROUP).list('-', 10);
    return letters.length > 0 && letters;
  });
  return letter!.attempts;
}

async function shouldSucceedOnAttempt(
  attempt: number,
  broker: Broker,
  subscriber: Subscriber,
): Promise<void> {
  await eventually('it was tried so often', () => subscriber.seen.length >= attempt);
  await eventually('it is acknowledged', async () => (await broker.pending()) === 0);
  const letters = await subscriber.bus.deadLetters(broker.topic, GROUP).list('-', 10);
  if (letters.length > 0) throw new Error('it is a dead letter');
  if (subscriber.seen.length > attempt) throw new Error('it was tried again');
}

test('all_listeners_say_they_are_accepting_on_startup', async (t) => {
  const broker = await openBroker(t);
  const subscriber = await broker.subscribe();
  t.equal(subscriber.bus.subscriptions.length, 1);
  t.same(subscriber.bus.failing(), []);
  const groups = (await subscriber.bus.inspect(broker.topic))?.groups ?? [];
  t.match(groups, [{ group: GROUP, pending: 0 }], 'its group is there to be read');
});

test('can_apply_requeue_mechanics', async (t) => {
  const broker = await openBroker(t);
  const subscriber = await broker.subscribe({ handle: throwOnAttempts([new Error('Requeue')]) });
  await broker.publish([newMessage()]);
  await shouldSucceedOnAttempt(2, broker, subscriber);
});

for (const name of [
  'can_send_from_one_node_to_another_by_destination',
  'can_send_from_one_node_to_another_by_publishing_rule',
])
  test(name, async (t) => {
    const broker = await openBroker(t);
    const subscriber = await broker.subscribe();
    const message = newMessage();
    // By its destination the stream is named; by the rule it is that of the contract.
    if (name.endsWith('destination')) await broker.publish([message], 'TOPIC');
    else {
      const { bus } = await broker.open();
      const contract = contractOf(broker.topic);
      const record = { ...contract.create(message), eventId: message.id };
      t.same(await bus.publisher.publish(contract.stream, [record]), [true]);
    }
    await allArrive([message], subscriber);
    t.equal(subscriber.seen[0]?.eventId, message.id);
  });

test('can_stop_and_restart_listeners', async (t) => {
  const broker = await openBroker(t);
  const stopped = await broker.subscribe();
  await stopped.close();
  const messages = newMessages(3);
  await broker.publish(messages);
  const restarted = await broker.subscribe();
  await allArrive(messages, restarted);
  sameMessages(t, restarted.seen, messages);
  t.same(stopped.seen, []);
});

test('can_stop_receiving_when_too_busy_and_restart_listeners', async (t) => {
  const broker = await openBroker(t);
  const gate = Promise.withResolvers<void>();
  const messages = newMessages(20);
  const subscriber = await broker.subscribe({
    options: { maxInFlight: 2, readBatch: 1, handlerBatch: 1, concurrency: 1 },
    handle: () => gate.promise,
  });
  await broker.publish(messages);
  await eventually('it is busy', async () => (await broker.pending()) >= 2);
  const other = await broker.subscribe();
  await eventually('another takes what it leaves', () => other.seen.length >= 17);
  await eventually(
    'it has taken no more than it may hold, and one that it reads',
    async () => (await broker.pending()) <= 3,
  );
  gate.resolve();
  await allArrive(messages, subscriber, other);
  await other.close();
  const more = newMessages(20);
  await broker.publish(more);
  await allArrive([...messages, ...more], subscriber, other);
  sameMessages(t, [...subscriber.seen, ...other.seen], [...messages, ...more]);
});

test('tags_the_envelope_with_the_source', async (t) => {
  const broker = await openBroker(t);
  const subscriber = await broker.subscribe();
  await broker.publish([newMessage()]);
  await eventually('it came', () => subscriber.seen.length === 1);
  t.match(subscriber.seen[0], { stream: broker.topic, type: 'message', v: 1 });
});

test('tracking_correlation_id_on_everything', async (t) => {
  const broker = await openBroker(t);
  const subscriber = await broker.subscribe();
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  const { bus } = await broker.open();
  const contract = contractOf(broker.topic);
  const first = contract.create(newMessage(), { traceparent });
  await bus.publisher.publish(broker.topic, [first]);
  const [cause] = await eventually('it came', () => subscriber.seen.length > 0 && subscriber.seen);
  await bus.publisher.publish(broker.topic, [contract.create(newMessage(), cause)]);
  await eventually('what it led to came', () => subscriber.seen.length === 2);
  t.same(
    subscriber.seen.map((event) => event.traceparent),
    [traceparent, traceparent],
  );
});

test('will_move_to_dead_letter_queue_without_any_exception_match', async (t) => {
  const broker = await openBroker(t);
  const errors = [1, 2, 3].map((n) => new Error(`InvalidOperation ${n}`));
  const subscriber = await broker.subscribe({
    options: THREE_ATTEMPTS,
    handle: throwOnAttempts(errors),
  });
  await broker.publish([newMessage()]);
  t.equal(await shouldMoveToErrorQueueOnAttempt(broker, subscriber), 3);
});

test('will_move_to_dead_letter_queue_with_exception_match', async (t) => {
  const broker = await openBroker(t);
  const errors = [1, 2, 3].map((n) => new UnrecoverableError(`DivideByZero ${n}`));
  const subscriber = await broker.subscribe({
    options: THREE_ATTEMPTS,
    handle: throwOnAttempts(errors),
  });
  await broker.publish([newMessage()]);
  t.equal(await shouldMoveToErrorQueueOnAttempt(broker, subscriber), 1);
});

test('will_requeue_and_increment_attempts', async (t) => {
  const broker = await openBroker(t);
  const message = newMessage();
  const errors = [1, 2].map((n) => new Error(`DataMisaligned ${n}`));
  const subscriber = await broker.subscribe({
    options: THREE_ATTEMPTS,
    handle: throwOnAttempts(errors),
  });
  await broker.publish([message]);
  await shouldSucceedOnAttempt(3, broker, subscriber);
  const failures = await eventually('both failures are kept', async () => {
    const found = await subscriber.bus.failuresOf(message.key);
    return found.length === 2 && found;
  });
  t.same(
    failures.map(({ attempt }) => attempt),
    [1, 2],
  );
});

test('can_schedule_retry', async (t) => {
  const broker = await openBroker(t);
  const times: number[] = [];
  const fail = throwOnAttempts([new Error('BadImageFormat')]);
  const subscriber = await broker.subscribe({
    options: { ...THREE_ATTEMPTS, retryMinMs: 100, retryMaxMs: 100 },
    handle() {
      times.push(performance.now());
      fail();
    },
  });
  await broker.publish([newMessage()]);
  await eventually('it came again', () => times.length === 2);
  await shouldSucceedOnAttempt(2, broker, subscriber);
  t.ok(times[1]! - times[0]! >= 50, 'half the pause at least went by');
});
