/** A module's subscription to one stream: read, route, handle by key, acknowledge. */
import type { Redis } from 'ioredis';
import { createAcknowledger } from './acknowledger.ts';
import { attempt } from './attempt.ts';
import { backoff } from './backoff.ts';
import { createClaimer } from './claimer.ts';
import { bury } from './dead-letter.ts';
import { isUnavailable, UnrecoverableError } from './errors.ts';
import type { Event } from './event.ts';
import { ensureGroup } from './group.ts';
import { asError, type Listener } from './handler.ts';
import { createLanes, type Lane } from './lanes.ts';
import type { Log } from './log.ts';
import type { BusOptions } from './options.ts';
import { handBack, recordDeliveries, removeConsumer, renew, type GroupRef } from './pending.ts';
import { createReader } from './reader.ts';
import { createRouter, type Route } from './route.ts';
import { toFields, type RawEntry } from './wire.ts';

/** Entries that a stopping consumer hands back look idle for this long, in ms: a day. */
const HANDED_BACK_IDLE_MS = 86_400_000;
/** Where Redis cannot say whose entries are, it is asked again so often in a claim time. */
const RENEW_RETRY = 10;

export interface SubscriptionOptions<Context> {
  /** The stream's name, as contracts name it, and its key in Redis. */
  stream: string;
  key: string;
  group: string;
  consumer: string;
  listeners: readonly Listener<Context>[];
  context: Context;
  commands: Redis;
  /** Opens a connection that may block. */
  connect: () => Redis;
  /** Where the group had been, for the case that Redis lost it. */
  position: () => Promise<string | null>;
  options: BusOptions;
  log: Log;
}

export interface Subscription {
  readonly stream: string;
  readonly group: string;
  start(): Promise<void>;
  /** Drains: reads no more, ends what is in flight within the bound, hands the rest back. */
  stop(): Promise<void>;
  trouble(): string | undefined;
}

/** An entry on its way through this process. */
interface Delivery<Context> extends Lane {
  entryId: string;
  event: Event;
  kind: Route<Context>;
  attempts: number;
  /** When this process received it, in ms since the epoch. */
  since: number;
  /** Set when another consumer has claimed it: its effect is the other's business now. */
  lost: boolean;
}

export function createSubscription<Context>(
  subscription: SubscriptionOptions<Context>,
): Subscription {
  const { stream, key, group, consumer, context, commands, options } = subscription;
  const log = subscription.log;
  const ref: GroupRef = { redis: commands, stream: key, group, consumer };
  const route = createRouter(stream, subscription.listeners);
  /** Every entry that Redis counts as pending with this consumer, as far as we know. */
  const held = new Map<string, Delivery<Context> | undefined>();
  let renewedAt = Date.now();

  const acknowledger = createAcknowledger({
    redis: commands,
    stream: key,
    group,
    log,
    acknowledged: (entryIds) => entryIds.forEach((entryId) => held.delete(entryId)),
  });

  const lanes = createLanes<Delivery<Context>>({
    concurrency: options.concurrency,
    batch: options.handlerBatch,
    run,
  });

  const restoreGroup = async (): Promise<unknown> =>
    ensureGroup(commands, key, group, await subscription.position());

  const reader = createReader({
    connect: subscription.connect,
    commands,
    stream: key,
    group,
    consumer,
    count: options.readBatch,
    blockMs: options.blockMs,
    graceMs: options.readGraceMs,
    room: () => lanes.below(options.maxInFlight),
    receive: (entries) => receive(entries.map((entry) => ({ entry, deliveries: 1 }))),
    restoreGroup,
    log,
  });

  const claimer = createClaimer({
    ref,
    idleMs: options.claimIdleMs,
    held: () => held.keys(),
    room: () => options.maxInFlight - lanes.size,
    renewed: (at, lost) => {
      renewedAt = at;
      markLost(lost);
    },
    receive,
    log,
  });

  function markLost(entryIds: readonly string[]): void {
    for (const entryId of entryIds) {
      const delivery = held.get(entryId);
      if (delivery) delivery.lost = true;
    }
  }

  /**
   * A process that stood still (SIGSTOP, a paused machine) may have lost its entries without
   * knowing: before it goes on with old ones it asks whose they are.
   */
  async function fence(batch: readonly Delivery<Context>[]): Promise<void> {
    const limit = Date.now() - options.claimIdleMs / 2;
    if (renewedAt > limit) return;
    const old = batch.filter(({ since }) => since <= limit).map(({ entryId }) => entryId);
    if (old.length > 0) markLost(await renew(ref, old));
  }

  function receive(claimed: readonly { entry: RawEntry; deliveries: number }[]): void {
    const deliveries: Delivery<Context>[] = [];
    for (const { entry, deliveries: attempts } of claimed) {
      const [entryId] = entry;
      if (held.has(entryId)) continue;
      const routed = route(entry);
      if (routed.kind === 'event') {
        const { event, route: kind } = routed;
        const delivery = {
          entryId,
          event,
          key: event.key,
          kind,
          attempts,
          since: Date.now(),
          lost: false,
        };
        held.set(entryId, delivery);
        deliveries.push(delivery);
        continue;
      }
      held.set(entryId, undefined);
      if (routed.kind === 'ignored') acknowledger.done(entryId);
      else void giveUp(entry, attempts, Date.now(), routed.error);
    }
    lanes.add(deliveries);
  }

  async function run(batch: Delivery<Context>[]): Promise<Map<Delivery<Context>, number>> {
    try {
      await fence(batch);
    } catch {
      return new Map(batch.map((delivery) => [delivery, options.claimIdleMs / RENEW_RETRY]));
    }
    const ours = batch.filter(({ lost }) => !lost);
    for (const { entryId, lost } of batch) if (lost) held.delete(entryId);
    const again = new Map<Delivery<Context>, number>();
    if (ours.length === 0) return again;

    const events = ours.map(({ event }) => event);
    const failures = await attempt(ours[0]!.kind.listener.handle, events, context);
    for (const delivery of ours) {
      const error = failures.get(delivery.event);
      if (!error) acknowledger.done(delivery.entryId);
      else {
        const pause = await failed(delivery, error);
        if (pause !== undefined) again.set(delivery, pause);
      }
    }
    return again;
  }

  /** Decides on an entry whose handler failed: the pause before the next try, or the dead letters. */
  async function failed(delivery: Delivery<Context>, error: Error): Promise<number | undefined> {
    const { entryId, event, attempts } = delivery;
    const { retryMinMs, retryMaxMs, maxDeliveries } = options;
    const about = {
      err: error,
      stream,
      group,
      entryId,
      eventId: event.eventId,
      key: event.key,
      type: event.type,
    };
    if (isUnavailable(error)) {
      log.warn(about, 'the handler could not reach its store; the entry is tried again');
      return backoff(attempts + 3, retryMinMs, retryMaxMs);
    }
    if (attempts >= maxDeliveries || error instanceof UnrecoverableError) {
      await giveUp([entryId, []], attempts, delivery.since, error);
      return undefined;
    }
    log.warn({ ...about, attempts }, 'the handler failed; the entry is tried again');
    delivery.attempts += 1;
    await recordDeliveries(ref, entryId, delivery.attempts).catch(() => undefined);
    return backoff(attempts, retryMinMs, retryMaxMs);
  }

  async function giveUp(
    [originId, list]: RawEntry,
    attempts: number,
    firstAt: number,
    error: Error,
  ): Promise<void> {
    try {
      const fields = toFields(
        list.length > 0 ? list : ((await commands.xrange(key, originId, originId))[0]?.[1] ?? []),
      );
      const letter = {
        originId,
        stream,
        group,
        fields,
        error: error.message,
        attempts,
        firstAt,
        lastAt: Date.now(),
      };
      const id = await bury(ref, letter);
      log.error(
        { err: error, stream, group, entryId: originId, deadLetter: id, attempts },
        'the entry is now a dead letter',
      );
    } catch (burying) {
      // It stays pending, unknown to this process, and is claimed and tried again later.
      log.warn(
        { err: asError(burying), stream, group, entryId: originId },
        'the dead letter could not be written yet',
      );
    }
    held.delete(originId);
  }

  return {
    stream,
    group,
    async start() {
      await restoreGroup();
      reader.start();
      claimer.start();
    },
    async stop() {
      const drained = lanes.stop();
      await Promise.all([reader.stop(), claimer.stop()]);
      let bound: NodeJS.Timeout | undefined;
      await Promise.race([
        drained,
        new Promise((resolve) => (bound = setTimeout(resolve, options.drainMs))),
      ]);
      clearTimeout(bound);
      await acknowledger.close();
      try {
        await handBack(ref, [...held.keys()], HANDED_BACK_IDLE_MS);
        await removeConsumer(ref);
      } catch (error) {
        log.warn(
          { err: asError(error), stream, group },
          'entries could not be handed back; others claim them when idle',
        );
      }
    },
    trouble: () => reader.trouble() ?? claimer.trouble(),
  };
}
