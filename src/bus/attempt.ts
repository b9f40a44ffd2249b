/** One attempt to handle a batch: who failed, and a batch that fails as a whole taken apart. */
import { asError, PartialFailure, type Listener } from './handler.ts';
import { isUnavailable } from './errors.ts';
import type { Event } from './event.ts';

/**
 * Calls the handler with the events. Gives the error of each event that was not handled. Where a
 * batch fails without saying which event was to blame, each is tried by itself, so that one
 * poisoned event does not take its neighbours along; but none behind one with its key that failed. A
 * store that is away fails all alike, unless it is known to answer (`storesAnswer`).
 */
export async function attempt<Context>(
  handle: Listener<Context>['handle'],
  events: Event[],
  context: Context,
  storesAnswer = false,
): Promise<ReadonlyMap<Event, Error>> {
  try {
    await handle(events, context);
    return new Map();
  } catch (thrown) {
    const error = asError(thrown);
    if (error instanceof PartialFailure) return error.failures;
    if (events.length === 1 || (isUnavailable(error) && !storesAnswer))
      return new Map(events.map((event) => [event, error]));
  }
  const failures = new Map<Event, Error>();
  const blocked = new Set<string>();
  for (const event of events) {
    if (blocked.has(event.key)) continue;
    for (const [failed, error] of await attempt(handle, [event], context)) {
      failures.set(failed, error);
      blocked.add(event.key);
    }
  }
  return failures;
}
