import type { RedisClient } from '../connections.ts';
import { Type } from 'typebox';
import { type EventOf, type OutboxRecord } from '../contract/event.ts';
/** The contract of a request for a replay of the stream. */
export declare function replayRequested(stream: string): import("../contract/event.ts").EventContract<Type.TObject<{
    group: Type.TString;
    run: Type.TString;
}>>;
export type ReplayRequest = EventOf<ReturnType<typeof replayRequested>>;
/** Whether a request is under way, and why a run cannot be answered, if it cannot. */
export interface RequestState {
    open: boolean;
    failure: string | undefined;
}
/** The state of the requests under a key, and of those for one run. */
export declare function requestState(redis: RedisClient, key: string, run: string): Promise<RequestState>;
/** Removes what is left of failed requests for a run. */
export declare function forgetRequests(redis: RedisClient, key: string, run: string): Promise<void>;
/** Appends a request. */
export declare function requestReplay(redis: RedisClient, key: string, request: OutboxRecord): Promise<void>;
/**
 * Makes the handler that answers requests by all events that the documents of a module remember. It
 * resolves as well where it cannot go on: whoever wants the replay looks and asks again.
 */
export declare function answerRequest(options: {
    redis: RedisClient;
    /** The key of the replayed stream. */
    key: string;
    events: () => AsyncIterable<OutboxRecord>;
    /** Aborted when this process stops. */
    signal: AbortSignal;
}): (request: ReplayRequest) => Promise<void>;
