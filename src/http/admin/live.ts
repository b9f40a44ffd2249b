/** The operator's calls on health: a snapshot of all that runs, once, or each second as it changes. */
import type { Readable } from 'node:stream';
import { Type } from 'typebox';
import { atMost } from '../../bus/index.ts';
import { createSampler, type Sample, type Sampler } from '../../health/sampler.ts';
import { Snapshot } from '../../health/snapshot.ts';
import type { App } from '../../module/module.ts';
import { DomainError } from '../errors.ts';
import { createEventStreams } from '../event-streams.ts';

/** Streams that are open at the same time at most. */
const MAX_LISTENERS = 100;
/** After how long without a snapshot a comment shows that the stream lives, in ms. */
const KEEP_ALIVE_MS = 2000;
/** How long a client waits before it comes again, in ms. */
const RETRY_MS = 2000;

const health = {
  schema: {
    summary: 'The health of all modules and groups, and where the streams stand',
    response: { 200: Snapshot },
  },
};

const live = {
  exposeHeadRoute: false,
  schema: {
    summary: 'The same as server-sent events, at most once a second, when something has changed',
    response: {
      200: {
        description:
          'Each snapshot as an event `snapshot`; an event `trouble` with a `detail` where none can be taken',
        content: { 'text/event-stream': { schema: Type.Unsafe<Readable>(Type.String()) } },
      },
    },
  },
};

export interface LiveOptions {
  /** Takes a snapshot; rejects where Redis does not answer. */
  snapshot: () => Promise<Snapshot>;
  /** Aborted when the process begins to stop. */
  stopping: AbortSignal;
}

/** Adds `/health` and `/live`. Gives what takes the snapshots for both. */
export function liveRoutes(app: App, { snapshot, stopping }: LiveOptions): Sampler {
  const sampler = createSampler(snapshot, write);
  const streams = createEventStreams<undefined>(stopping);
  stopping.addEventListener('abort', () => sampler.stop(), { once: true });

  app.get('/health', health, () => sampler.latest());
  app.get('/live', live, async (_request, reply) => {
    if (stopping.aborted || streams.owners().length >= MAX_LISTENERS)
      throw new DomainError(
        'unavailable',
        'too-many-event-streams',
        'This process keeps no more event streams open; close some, or ask for GET /api/admin/health.',
      );
    return streams.send(reply, undefined, (over) => follow(sampler, over));
  });
  return sampler;
}

/** Gives each message that is new. A listener that is slow gets the latest, and none of those between. */
async function* follow(sampler: Sampler, over: AbortSignal): AsyncGenerator<string> {
  let notified = Promise.withResolvers<void>();
  const notify = (): void => notified.resolve();
  over.addEventListener('abort', notify, { once: true });
  const end = sampler.listen(notify);
  try {
    yield `retry: ${RETRY_MS}\n\n`;
    for (let sent: string | undefined; !over.aborted;) {
      // Whatever notifies from here on may be of a later message.
      notified = Promise.withResolvers();
      const message = sampler.message();
      if (message !== undefined && message !== sent) yield (sent = message);
      else while (!(await atMost(KEEP_ALIVE_MS, notified.promise))) yield ':\n\n';
    }
  } finally {
    end();
  }
}

function write(sample: Sample): string {
  if ('snapshot' in sample) return `event: snapshot\ndata: ${JSON.stringify(sample.snapshot)}\n\n`;
  const detail = 'The state of the streams cannot be read at the moment: Redis does not answer.';
  return `event: trouble\ndata: ${JSON.stringify({ detail })}\n\n`;
}
