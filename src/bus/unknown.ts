/** Events of types that no contract knows: passed over, counted, and told of once for each type. */
import type { EventContract } from './contract/event.ts';
import type { Log } from './log.ts';
import type { BusObserver, Subscribed } from './observer.ts';
import { beginning } from './consume/in-flight.ts';
import type { Fields } from './contract/wire.ts';

/** Types come from outside: only so many are told of and remembered, and only so much of each. */
const TYPES = 100;
const TYPE_LENGTH = 128;

/**
 * Makes the function that is told of each entry that no listener of a group wants. One that some
 * contract of its stream knows is meant for others. Any other shows that somebody who is newer than
 * this process, or a stranger, writes to the stream.
 */
export function createUnknown(options: {
  /** The contracts of the stream, those that nobody here listens to included. */
  contracts: readonly EventContract[];
  where: Subscribed;
  observer: BusObserver;
  log: Log;
}): (entryId: string, fields: Fields) => void {
  const { contracts, where, observer, log } = options;
  const known = new Set(contracts.map(({ type }) => type));
  const told = new Set<string>();
  const isKnown = (fields: Fields): boolean =>
    fields['type'] === undefined
      ? contracts.some(({ untyped }) => untyped?.(fields))
      : known.has(fields['type']);

  return (entryId, fields) => {
    if (isKnown(fields)) return;
    observer.ignored(where);
    const type = beginning(fields['type'] ?? '', TYPE_LENGTH);
    if (told.has(type) || told.size >= TYPES) return;
    told.add(type);
    log.warn(
      { ...where, entryId, type },
      'an event of a type that no contract knows was passed over; more of it are only counted',
    );
  };
}
