/** Handlers: how a module says what it does with an event of another module, and how one is called. */
import type { Event, EventContract, EventOf } from '../contract/event.ts';
import type { Batching } from './keyed-queue.ts';
import { asError, isUnavailable } from '../errors.ts';
import type { DeliveryOptions } from '../options.ts';

/**
 * Handles events of one contract. It gets a batch in which no two events have the same key, so one
 * unordered bulk write can serve all. When it resolves, the effect of every event must be stored.
 * It may be called again with the same events, and late: it must lead to the same state.
 */
export type Handler<Contract extends EventContract> = (
  events: EventOf<Contract>[],
) => Promise<void>;

/** One event that a module listens to, and its handler. */
export interface Listener {
  readonly contract: EventContract;
  readonly handle: (events: Event[]) => Promise<void>;
  readonly batching: Batching;
  /** How it is retried, where that differs from the other handlers of the process. */
  readonly delivery?: DeliveryOptions;
}

export interface ListenerOptions extends DeliveryOptions {
  /** How long a batch that is not full waits for company, in ms; by default not at all. */
  lingerMs?: number;
}

/**
 * Pairs a contract with its handler.
 *
 * @example
 * on(orderAccepted, takePayments, { maxDeliveries: 20, retryMaxMs: 300_000 })
 */
export function on<Contract extends EventContract>(
  contract: Contract,
  handle: Handler<Contract>,
  { lingerMs = 0, ...delivery }: ListenerOptions = {},
): Listener {
  const batching = { lingerMs, repeatsKeys: false };
  // The decoder has validated the events against this very contract before the call.
  return { contract, handle: handle as unknown as Listener['handle'], batching, delivery };
}

/**
 * Pairs several contracts with one handler. Its batches hold events of all that are of one stream, and
 * several with one key, in their order. Where one of them fails, those behind it with its key
 * come again after it, though the handler may have handled them.
 *
 * @example
 * onAll([orderPlaced, orderAccepted, orderPaid], keepHistory, { lingerMs: 20 })
 */
export function onAll<Contract extends EventContract>(
  contracts: readonly Contract[],
  handle: (events: EventOf<Contract>[]) => Promise<void>,
  { lingerMs = 0, ...delivery }: ListenerOptions = {},
): Listener[] {
  const batching = { lingerMs, repeatsKeys: true };
  return contracts.map((contract) => ({ ...on(contract, handle as never, delivery), batching }));
}

/** Whether an event is one of the contract. */
export function isOf<Contract extends EventContract>(
  { stream, type }: Contract,
  event: Event,
): event is EventOf<Contract> {
  return event.type === type && event.stream === stream;
}

/** Some events of a batch failed; those that are not named were handled. */
export class PartialFailure extends Error {
  readonly failures: ReadonlyMap<Event, Error>;

  constructor(failures: ReadonlyMap<Event, Error>) {
    super(`${failures.size} events of the batch failed`);
    this.failures = failures;
  }
}

/** Makes a batch handler from a handler of one event; the events are handled concurrently. */
export function each<Contract extends EventContract>(
  handle: (event: EventOf<Contract>) => Promise<void>,
): Handler<Contract> {
  return async (events) => {
    const failures = new Map<Event, Error>();
    await Promise.all(
      events.map(async (event) => {
        try {
          await handle(event);
        } catch (error) {
          failures.set(event, asError(error));
        }
      }),
    );
    if (failures.size > 0) throw new PartialFailure(failures);
  };
}

/**
 * Calls the handler with the events. Gives the error of each event that was not handled. Where a
 * batch fails without saying which event was to blame, each is tried by itself, so that one
 * poisoned event does not take its neighbours along; but none behind one with its key that failed. A
 * store that is away fails all alike, unless it is known to answer (`storesAnswer`).
 */
export async function invoke(
  handle: Listener['handle'],
  events: Event[],
  storesAnswer = false,
): Promise<ReadonlyMap<Event, Error>> {
  try {
    await handle(events);
    return new Map();
  } catch (thrown) {
    const error = asError(thrown);
    if (error instanceof PartialFailure) return error.failures;
    if (events.length === 1 || (isUnavailable(error) && !storesAnswer))
      return new Map(events.map((event) => [event, error]));
  }
  const failures = new Map<Event, Error>();
  const blocked = new Set<string>();
  for (const event of events) {
    if (blocked.has(event.key)) continue;
    for (const [failed, error] of await invoke(handle, [event])) {
      failures.set(failed, error);
      blocked.add(event.key);
    }
  }
  return failures;
}
