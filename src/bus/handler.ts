/** Handlers: how a module says what it does with an event of another module. */
import type { Event, EventContract, EventOf } from './event.ts';
import type { DeliveryOptions } from './options.ts';

/**
 * Handles events of one contract. It gets a batch in which no two events have the same key, so one
 * unordered bulk write can serve all. When it resolves, the effect of every event must be stored.
 * It may be called again with the same events, and late: it must lead to the same state.
 */
export type Handler<Contract extends EventContract, Context> = (
  events: EventOf<Contract>[],
  context: Context,
) => Promise<void>;

/** One event that a module listens to, and its handler. */
export interface Listener<Context> {
  readonly contract: EventContract;
  readonly handle: (events: Event[], context: Context) => Promise<void>;
  /** How it is retried, where that differs from the other handlers of the process. */
  readonly delivery?: DeliveryOptions;
}

/**
 * Pairs a contract with its handler.
 *
 * @example
 * on(orderAccepted, takePayments, { maxDeliveries: 20, retryMaxMs: 300_000 })
 */
export function on<Contract extends EventContract, Context>(
  contract: Contract,
  handle: Handler<Contract, Context>,
  delivery: DeliveryOptions = {},
): Listener<Context> {
  // The decoder has validated the events against this very contract before the call.
  return { contract, handle: handle as unknown as Listener<Context>['handle'], delivery };
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
export function each<Contract extends EventContract, Context>(
  handle: (event: EventOf<Contract>, context: Context) => Promise<void>,
): Handler<Contract, Context> {
  return async (events, context) => {
    const failures = new Map<Event, Error>();
    await Promise.all(
      events.map(async (event) => {
        try {
          await handle(event, context);
        } catch (error) {
          failures.set(event, asError(error));
        }
      }),
    );
    if (failures.size > 0) throw new PartialFailure(failures);
  };
}

/** Whatever was thrown, as an Error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
