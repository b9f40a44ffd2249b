/**
 * Asking for a replay, and answering: whoever has the documents appends the events that they
 * remember. Requests go through a stream of their own, as a group of the module that owns the
 * replayed stream, so what a dead process has begun is taken up by another.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { RedisClient } from '../connections.ts';
import { Type } from 'typebox';
import { chunk } from '../scheduling.ts';
import { createDeadLetters } from '../recover/dead-letter-list.ts';
import type { DeadLetter } from '../recover/dead-letter.ts';
import { defineEvent, type EventOf, type OutboxRecord } from '../contract/event.ts';
import { compareIds } from '../replies.ts';
import { inspectStream } from '../maintain/stream-info.ts';
import { createReplayStream, type ReplayStream } from './stream.ts';
import { toEntry } from '../contract/wire.ts';

/** Events appended by one command. */
const BATCH = 500;
/** Entries of a replay that wait to be handled at most, so that it cannot fill Redis. */
const MAX_WAITING = 10_000;
/** The pause before looking again whether there is capacity, in ms. */
const CAPACITY_CHECK_MS = 50;
/** Requests that are kept; far more than are open at a time. */
const KEPT_REQUESTS = 1000;

/** The contract of a request for a replay of the stream. */
export function replayRequested(stream: string) {
  return defineEvent({
    stream: `millrace:bus:replays:${stream}`,
    type: 'replay.requested',
    v: 1,
    key: 'run',
    data: { group: Type.String(), run: Type.String() },
  });
}

export type ReplayRequest = EventOf<ReturnType<typeof replayRequested>>;

/** Whether a request is under way, and why a run cannot be answered, if it cannot. */
export interface RequestState {
  open: boolean;
  failure: string | undefined;
}

/** The state of the requests under a key, and of those for one run. */
export async function requestState(
  redis: RedisClient,
  key: string,
  run: string,
): Promise<RequestState> {
  const info = await inspectStream(redis, key);
  if (!info) return { open: false, failure: undefined };
  const { groups, lastId, length } = info;
  const [deadLetter] = (await deadLettersOf(redis, key, run)).flatMap(({ found }) => found);
  return {
    // Without a group, no process that could answer has ever been there: the request waits.
    open:
      groups.length === 0
        ? length > 0
        : groups.some(
            ({ pending, acknowledgedUpTo }) =>
              pending > 0 || compareIds(acknowledgedUpTo, lastId) < 0,
          ),
    failure: deadLetter?.error,
  };
}

/** Removes what is left of failed requests for a run. */
export async function forgetRequests(redis: RedisClient, key: string, run: string): Promise<void> {
  for (const { deadLetters, found } of await deadLettersOf(redis, key, run))
    await deadLetters.discard(found.map(({ id }) => id));
}

async function deadLettersOf(redis: RedisClient, key: string, run: string) {
  const { groups = [] } = (await inspectStream(redis, key)) ?? {};
  return Promise.all(
    groups.map(async ({ group }) => {
      const deadLetters = createDeadLetters(redis, key, group);
      const found: DeadLetter[] = [];
      for await (const some of deadLetters.read('-', KEPT_REQUESTS))
        found.push(...some.filter(({ fields }) => fields['run'] === run));
      return { deadLetters, found };
    }),
  );
}

/** Appends a request. */
export async function requestReplay(
  redis: RedisClient,
  key: string,
  request: OutboxRecord,
): Promise<void> {
  await redis.xadd(key, 'MAXLEN', '~', KEPT_REQUESTS, '*', ...toEntry(request));
}

/**
 * Makes the handler that answers requests by all events that the documents of a module remember. It
 * resolves as well where it cannot go on: whoever wants the replay looks and asks again.
 */
export function answerRequest(options: {
  redis: RedisClient;
  /** The key of the replayed stream. */
  key: string;
  events: () => AsyncIterable<OutboxRecord>;
  /** Aborted when this process stops. */
  signal: AbortSignal;
}): (request: ReplayRequest) => Promise<void> {
  const { redis, key, events, signal } = options;

  return async ({ data: { group, run } }) => {
    const replay = createReplayStream(redis, key, group, run);
    let last = await replay.begin();
    if (last === null) return;
    for await (const batch of chunk(events(), BATCH)) {
      if (!(await waitForCapacity(replay))) return;
      last = await replay.append(last, batch);
      if (last === null) return;
    }
    await replay.end(last);
  };

  /** Waits until the readers have caught up; gives false where nothing is to be appended any more. */
  async function waitForCapacity(replay: ReplayStream): Promise<boolean> {
    while (!signal.aborted) {
      const left = await replay.trim();
      if (left === null || left < MAX_WAITING) return left !== null;
      await delay(CAPACITY_CHECK_MS);
    }
    return false;
  }
}
