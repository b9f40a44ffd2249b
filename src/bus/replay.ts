/** A replay, as whoever wants it sees it: asked for, read, watched, removed. */
import type { RedisClient } from './client.ts';
import type { Listener } from './handler.ts';
import { createReplayStream, type ReplayProgress } from './replay-stream.ts';
import { forgetRequests, replayRequested, requestReplay, requestState } from './replay-requests.ts';
import type { Subscription } from './subscription.ts';

/** Every event that the documents behind a stream remember, for one group alone. */
export interface Replay {
  /**
   * Asks for the events, unless they are being told or are all told, and gives how far it is. To be
   * called again and again: what a crash or a loss of Redis has cut off is asked for anew, and then
   * told from the beginning. A replay that nobody tends goes by itself.
   */
  tend(): Promise<ReplayProgress>;
  /** Reads what is told, with the listeners of the group, until it is stopped or the bus is. */
  read<Context>(listeners: readonly Listener<Context>[], context: Context): Promise<Subscription>;
  progress(): Promise<ReplayProgress>;
  /** Removes it; who still appends to it ends. */
  remove(): Promise<void>;
}

/** `read` starts a subscription to a key, as a group that must be there. */
export function createReplay(options: {
  redis: RedisClient;
  keyOf: (stream: string) => string;
  stream: string;
  group: string;
  run: string;
  read: <Context>(
    key: string,
    listeners: readonly Listener<Context>[],
    context: Context,
  ) => Promise<Subscription>;
}): Replay {
  const { redis, keyOf, stream, group, run, read } = options;
  const telling = createReplayStream(redis, keyOf(stream), group, run);
  const contract = replayRequested(stream);
  const requests = keyOf(contract.stream);

  return {
    async tend() {
      await telling.keep();
      const now = await telling.progress();
      if (now.told || now.failure !== undefined) return now;
      const request = await requestState(redis, requests, run);
      if (!request.open && request.failure === undefined)
        await requestReplay(redis, requests, contract.create({ group, run }));
      return { ...now, failure: request.failure };
    },
    read: (listeners, context) => read(telling.key, listeners, context),
    progress: () => telling.progress(),
    async remove() {
      await telling.remove();
      await forgetRequests(redis, requests, run);
    },
  };
}
