/** Handlers: how a module says what it does with an event of another module, and how one is called. */
import type { Event, EventContract, EventOf } from '../contract/event.ts';
import type { Batching } from './keyed-queue.ts';
import type { DeliveryOptions } from '../options.ts';
/**
 * Handles events of one contract. It gets a batch in which no two events have the same key, so one
 * unordered bulk write can serve all. When it resolves, the effect of every event must be stored.
 * It may be called again with the same events, and late: it must lead to the same state.
 */
export type Handler<Contract extends EventContract, Context> = (events: EventOf<Contract>[], context: Context) => Promise<void>;
/** One event that a module listens to, and its handler. */
export interface Listener<Context> {
    readonly contract: EventContract;
    readonly handle: (events: Event[], context: Context) => Promise<void>;
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
export declare function on<Contract extends EventContract, Context>(contract: Contract, handle: Handler<Contract, Context>, { lingerMs, ...delivery }?: ListenerOptions): Listener<Context>;
/**
 * Pairs several contracts with one handler. Its batches hold events of all that are of one stream, and
 * several with one key, in their order. Where one of them fails, those behind it with its key
 * come again after it, though the handler may have handled them.
 *
 * @example
 * onAll([orderPlaced, orderAccepted, orderPaid], keepHistory, { lingerMs: 20 })
 */
export declare function onAll<Contract extends EventContract, Context>(contracts: readonly Contract[], handle: (events: EventOf<Contract>[], context: Context) => Promise<void>, { lingerMs, ...delivery }?: ListenerOptions): Listener<Context>[];
/** Whether an event is one of the contract. */
export declare function isOf<Contract extends EventContract>({ stream, type }: Contract, event: Event): event is EventOf<Contract>;
/** Some events of a batch failed; those that are not named were handled. */
export declare class PartialFailure extends Error {
    readonly failures: ReadonlyMap<Event, Error>;
    constructor(failures: ReadonlyMap<Event, Error>);
}
/** Makes a batch handler from a handler of one event; the events are handled concurrently. */
export declare function each<Contract extends EventContract, Context>(handle: (event: EventOf<Contract>, context: Context) => Promise<void>): Handler<Contract, Context>;
/**
 * Calls the handler with the events. Gives the error of each event that was not handled. Where a
 * batch fails without saying which event was to blame, each is tried by itself, so that one
 * poisoned event does not take its neighbours along; but none behind one with its key that failed. A
 * store that is away fails all alike, unless it is known to answer (`storesAnswer`).
 */
export declare function invoke<Context>(handle: Listener<Context>['handle'], events: Event[], context: Context, storesAnswer?: boolean): Promise<ReadonlyMap<Event, Error>>;
