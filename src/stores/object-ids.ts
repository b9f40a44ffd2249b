/** Documents by when they were made, where their ids are those of MongoDB, as texts: such begin with a time in s. */

/** The id of a document is made a moment before it is given its time, in s. */
const EARLIER_S = 2;

/** What the filter looks at. */
interface Made {
  _id?: { $gte?: string; $lt?: string };
  createdAt?: { $gte?: Date; $lt?: Date };
}

/**
 * The filter of documents that were made at the time `from` or later, and before `to`, by ISO 8601, as their
 * `createdAt` says; their ids, too, so that any index which ends with them serves.
 */
export function createdBetween(from: string | undefined, to: string | undefined): Made {
  if (from === undefined && to === undefined) return {};
  const [first, beyond] = [from, to].map((time) =>
    time === undefined ? undefined : new Date(time),
  );
  return {
    _id: {
      ...(first && { $gte: idAt(first.getTime() / 1000 - EARLIER_S) }),
      ...(beyond && { $lt: idAt(beyond.getTime() / 1000 + 1) }),
    },
    createdAt: { ...(first && { $gte: first }), ...(beyond && { $lt: beyond }) },
  };
}

/** The least id of a second, in s since the epoch; ids end in the year 2106. */
function idAt(second: number): string {
  const least = Math.min(Math.max(0, Math.floor(second)), 0xffff_ffff);
  return least.toString(16).padStart(8, '0').padEnd(24, '0');
}
