/** Publishing: XADD in pipelines, confirmed by Redis or reported as not confirmed. */
import type { RedisClient } from '../connections.ts';
import type { Log } from '../observer.ts';
import type { BusObserver } from '../observer.ts';
import type { Fields } from '../contract/event.ts';
import { toEntry } from '../contract/wire.ts';

/** Entries in one pipeline at most, so that a large batch does not hold up the connection. */
const PIPELINE_LENGTH = 1000;

interface Waiting {
  stream: string;
  fields: Fields;
  settle: (confirmed: boolean) => void;
}

export interface Publisher {
  /**
   * Appends entries to a stream in the given order. Gives for each whether Redis confirmed it;
   * never rejects, since an entry that was not confirmed stays in its outbox.
   */
  publish(stream: string, entries: readonly Fields[]): Promise<boolean[]>;
  /** The newest id that Redis has confirmed on a stream. */
  lastId(stream: string): string | undefined;
}

/**
 * Calls made in the same turn of the event loop share a stream's pipeline: many callers that publish one
 * entry each cost one round trip.
 */
export function createPublisher(
  redis: RedisClient,
  keyOf: (stream: string) => string,
  observer: BusObserver,
  log: Log,
): Publisher {
  let waiting: Waiting[] = [];
  let scheduled = false;
  const failing = new Set<string>();
  const lastIds = new Map<string, string>();

  function flush(): void {
    scheduled = false;
    const all = waiting;
    waiting = [];
    for (const [stream, ofStream] of Map.groupBy(all, (one) => one.stream))
      for (let i = 0; i < ofStream.length; i += PIPELINE_LENGTH)
        void send(stream, ofStream.slice(i, i + PIPELINE_LENGTH));
  }

  /** Streams may be on different servers, so each has pipelines of its own. */
  async function send(stream: string, batch: Waiting[]): Promise<void> {
    const key = keyOf(stream);
    const pipeline = redis.pipeline();
    for (const { fields } of batch) pipeline.xadd(key, '*', ...toEntry(fields));
    let results: readonly [Error | null, unknown][];
    try {
      results = (await pipeline.exec()) ?? [];
    } catch (error) {
      results = batch.map(() => [error as Error, null]);
    }
    let failure: Error | undefined;
    batch.forEach(({ settle }, i) => {
      const [error, id] = results[i] ?? [new Error('the pipeline was not executed'), null];
      failure ??= error ?? undefined;
      if (!error) {
        lastIds.set(stream, String(id));
        observer.published(stream, 1);
      }
      settle(!error);
    });
    report(stream, failure, batch.length);
  }

  /** One line when publishing begins to fail and one when it works again, not one an entry. */
  function report(stream: string, failure: Error | undefined, entries: number): void {
    if (failure && !failing.has(stream))
      log.warn({ err: failure, stream, entries }, 'publishing failed; the outbox keeps the events');
    if (failure) failing.add(stream);
    else if (failing.delete(stream)) log.info({ stream }, 'publishing works again');
  }

  return {
    publish(stream, entries) {
      const confirmed = entries.map(
        (fields) => new Promise<boolean>((settle) => waiting.push({ stream, fields, settle })),
      );
      if (!scheduled && waiting.length > 0) {
        scheduled = true;
        setImmediate(flush);
      }
      return Promise.all(confirmed);
    },
    lastId: (stream) => lastIds.get(stream),
  };
}
