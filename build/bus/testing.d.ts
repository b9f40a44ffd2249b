import type { Static } from 'typebox';
import type { EventContract } from './contract/event.ts';
import type { Listener } from './consume/handler.ts';
import type { RawEntry } from './replies.ts';
/** Handlers on a fresh store, for one delivery of all events, and its state after. */
export interface Stage {
    listeners: readonly Listener<undefined>[];
    /** What is compared; without times and random ids. */
    state: () => Promise<unknown>;
}
/** An event of a scenario. */
export interface Given {
    stream: string;
    entry: RawEntry;
}
/** Makes an event of a scenario, as it would stand in its stream. */
export declare function given<Contract extends EventContract>(contract: Contract, data: Static<Contract['data']>): Given;
/**
 * Gives the events to the handlers once in their order, then `rounds` times doubled and shuffled,
 * each time on a fresh stage.
 *
 * @throws Error that names the seed, the order and both states where a round ends differently
 */
export declare function sameStateInAnyOrder(options: {
    events: readonly Given[];
    stage: () => Promise<Stage>;
    rounds?: number;
    seed?: number;
}): Promise<void>;
