/** The outboxes of a process, and the sweep of what crashes and outages left in them. */
import type { Collection } from 'mongodb';
import type { Log } from '../observer.ts';
import type { BusOptions } from '../options.ts';
import { periodic, type Periodic } from '../timing.ts';
import { createOutbox, type Outbox, type OutboxDocument } from './outbox.ts';
import type { Publisher } from './publisher.ts';

export interface Outboxes {
  open<Document extends OutboxDocument>(collection: Collection<Document>, stream: string): Outbox;
  readonly sweeper: Periodic;
  /** Up to when every event here is published, in ms since the epoch; undefined: not known. */
  publishedUpTo(): number | undefined;
  close(): Promise<void>;
}

export function createOutboxes(dependencies: {
  publisher: Publisher;
  options: Pick<BusOptions, 'sweepEveryMs' | 'sweepAfterMs'>;
  log: Log;
}): Outboxes {
  const { publisher, log } = dependencies;
  const { sweepEveryMs, sweepAfterMs } = dependencies.options;
  const outboxes: Outbox[] = [];
  let publishedUpTo: number | undefined;

  async function sweep(): Promise<void> {
    const began = Date.now();
    for (const outbox of outboxes) await outbox.sweep();
    if (outboxes.every(({ drained }) => drained)) publishedUpTo = began - sweepAfterMs;
  }

  return {
    open(collection, stream) {
      const untyped = collection as unknown as Collection<OutboxDocument>;
      const outbox = createOutbox({ collection: untyped, stream, publisher, log, sweepAfterMs });
      outboxes.push(outbox);
      return outbox;
    },
    sweeper: periodic({ everyMs: sweepEveryMs, work: sweep, what: 'sweeping the outboxes', log }),
    publishedUpTo: () => publishedUpTo,
    close: async () => void (await Promise.all(outboxes.map((outbox) => outbox.close()))),
  };
}
