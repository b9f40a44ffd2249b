/** Executing deliveries: from an event whose turn it is to its acknowledgement, its retry, or a dead letter. */
import type { Event } from '../contract/event.ts';
import type { BusObserver, Log, Subscribed } from '../observer.ts';
import type { BusOptions } from '../options.ts';
import type { Ownership } from '../recover/claimer.ts';
import type { DeadLetterWriter } from '../recover/dead-letters.ts';
import type { FailureLog } from '../recover/failure-log.ts';
import type { DeliveryLog, HandlerCall } from '../trace/delivery-log.ts';
import { recordDeliveries } from '../recover/pending-entries.ts';
import type { GroupRef } from '../replies.ts';
import type { Acknowledger } from './acknowledger.ts';
import { invoke } from './handler.ts';
import type { Delivery } from './in-flight.ts';
import {
  createStoreOutage,
  decideRetry,
  isOverdue,
  type StoreCheck,
  type StoreOutage,
} from './retry-policy.ts';

export interface ExecutorOptions {
  ref: GroupRef;
  where: Subscribed;
  options: BusOptions;
  ownership: Pick<Ownership, 'keepOurs' | 'retryMs'>;
  acknowledger: Pick<Acknowledger, 'acknowledge'>;
  deadLetters: DeadLetterWriter;
  storesAnswer: StoreCheck;
  failures: FailureLog;
  deliveries: Pick<DeliveryLog, 'handled'>;
  observer: BusObserver;
  log: Log;
}

export interface Executor {
  /**
   * Executes deliveries of one listener. Gives those that are to be executed again, each with the pause
   * before, in ms; and never rejects.
   */
  execute(batch: Delivery[]): Promise<ReadonlyMap<Delivery, number>>;
  /** That entries have waited for a store for too long, or undefined. */
  failing(): string | undefined;
}

export function createExecutor(executor: ExecutorOptions): Executor {
  const { where, options, ownership, acknowledger, deliveries, storesAnswer, observer, log } =
    executor;
  const outage = createStoreOutage(where, log);

  async function execute(batch: Delivery[]) {
    let ours: Delivery[];
    try {
      ours = await ownership.keepOurs(batch);
    } catch {
      return new Map(batch.map((delivery) => [delivery, ownership.retryMs]));
    }
    if (ours.length === 0) return new Map();
    const call = { startedAt: Date.now(), durationMs: 0 };
    const errors = await handle(ours, call);
    if (errors.size === 0) outage.handled();
    return settle(ours, errors, call);
  }

  /** Calls the handler, and measures the call. Gives the error of each event that was not handled. */
  async function handle(batch: Delivery[], call: HandlerCall): Promise<ReadonlyMap<Event, Error>> {
    const { listener } = batch[0]!;
    const begun = performance.now();
    const errors = await invoke(
      listener.handle,
      batch.map(({ event }) => event),
      batch.some((delivery) => isOverdue(delivery, options)) && (await storesAnswer()),
    );
    call.durationMs = performance.now() - begun;
    const seconds = call.durationMs / 1000;
    for (const [type, count] of countTypes(batch)) observer.handled(where, type, count, seconds);
    return errors;
  }

  /** What has failed holds up what is behind it with its key; the others of the batch are done. */
  async function settle(batch: Delivery[], errors: ReadonlyMap<Event, Error>, call: HandlerCall) {
    const again = new Map<Delivery, number>();
    const blocked = new Set<string>();
    const handled: Delivery[] = [];
    for (const delivery of batch) {
      if (blocked.has(delivery.key)) {
        again.set(delivery, 0);
        continue;
      }
      const error = errors.get(delivery.event);
      if (error) blocked.add(delivery.key);
      else handled.push(delivery);
      if (delivery.settle) delivery.settle(error);
      else if (!error) acknowledger.acknowledge(delivery.entryId);
      else {
        const pauseMs = await fail(executor, outage, { ...call, delivery, error });
        if (pauseMs !== undefined) again.set(delivery, pauseMs);
      }
    }
    deliveries.handled(where, handled, call);
    return again;
  }

  return { execute, failing: () => outage.failing() };
}

/** Gives the pause before an entry is executed again, or undefined where it is a dead letter now. */
async function fail(
  { ref, where, options, deadLetters, storesAnswer, failures, observer, log }: ExecutorOptions,
  outage: StoreOutage,
  { delivery, error, ...call }: HandlerCall & { delivery: Delivery; error: Error },
): Promise<number | undefined> {
  const { entryId, event, deliveries, receivedAt, waitingSince } = delivery;
  const { eventId, key, type } = event;
  const about = { err: error, ...where, entryId, eventId, key, type, attempts: deliveries };
  const failure = { ...where, entryId, attempt: deliveries, error, ...call };
  const policy = { ...options, ...delivery.listener.delivery };
  const overdue = isOverdue(delivery, policy);
  const answer = overdue && (await storesAnswer());
  const decision = decideRetry({ error, deliveries, waitingSince, storesAnswer: answer }, policy);
  switch (decision.kind) {
    case 'dead-letter':
      await deadLetters.add({ entryId, event, deliveries, receivedAt, error, call });
      return undefined;
    case 'defer':
      delivery.waitingSince ??= Date.now();
      outage.deferred(about, error, overdue);
      observer.deferred(where);
      failures.record(event, { ...failure, outcome: 'deferred' });
      return decision.pauseMs;
    case 'retry':
      log.warn(about, 'the handler failed; the entry is tried again');
      observer.retried(where);
      failures.record(event, { ...failure, outcome: 'retried' });
      delivery.deliveries += 1;
      await recordDeliveries(ref, entryId, delivery.deliveries).catch(() => undefined);
      return decision.pauseMs;
  }
}

/** How many events of each type there are. */
function countTypes(batch: readonly { event: Event }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { event } of batch) counts.set(event.type, (counts.get(event.type) ?? 0) + 1);
  return counts;
}
