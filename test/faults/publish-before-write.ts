/** The planted bug of publishing first: events leave before the change that they report is stored. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Collection, Db } from 'mongodb';
import type { ModuleContext } from '../../src/module/context.ts';

/** How much later than its events a change is stored, in ms. */
const LATE_MS = 250;

type Record_ = Record<string, unknown>;
type Events = Record<string, string>[];

/** The context of a module without outboxes: its writes publish their events, and then happen. */
export function publishingFirst(context: ModuleContext): ModuleContext {
  return { ...context, db: wrapDb(context), publish: async () => undefined };
}

function wrapDb(context: ModuleContext): Db {
  return new Proxy(context.db, {
    get(db, name) {
      if (name === 'collection')
        return (collection: string) => wrapCollection(context, db.collection(collection));
      return bound(db, name);
    },
  });
}

function wrapCollection(context: ModuleContext, collection: Collection): Collection {
  return new Proxy(collection, {
    get(target, name) {
      const method = bound(target, name);
      if (name !== 'insertOne' && name !== 'insertMany' && name !== 'bulkWrite') return method;
      return async (given: unknown, ...options: unknown[]) => {
        const events: Events = [];
        const written = [given].flat().map((one) => withoutEvents(one as Record_, events));
        await context.republish(events).catch(() => undefined);
        await delay(LATE_MS);
        return (method as (...all: unknown[]) => unknown)(
          name === 'insertOne' ? written[0] : written,
          ...options,
        );
      };
    },
  });
}

/** A document or a write of a bulk without its events, which are added to the list. */
function withoutEvents(write: Record_, events: Events): Record_ {
  if (Array.isArray(write['outbox'])) {
    events.push(...(write['outbox'] as Events));
    return { ...write, outbox: [] };
  }
  const { updateOne } = write as { updateOne?: { update: { $push?: { outbox?: unknown } } } };
  const pushed = updateOne?.update.$push?.outbox as (Record_ & { $each?: Events }) | undefined;
  if (!updateOne || !pushed) return write;
  events.push(...(pushed.$each ?? [pushed as Record<string, string>]));
  const { $push: _, ...update } = updateOne.update;
  return { updateOne: { ...updateOne, update } };
}

function bound(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name, target);
  return typeof value === 'function' ? value.bind(target) : value;
}
