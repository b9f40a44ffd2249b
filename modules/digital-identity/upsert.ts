/** Storing what is new by one statement, and what comes again by as many as there are of it. */
import { isDuplicateKey, type ModuleContext } from '#host';

/**
 * Stores documents. Of those that are there already the fields `min` and `max` become the lower and the
 * higher of both values, and all others stay. Gives the ids of these.
 */
export async function upsert<Shape extends { _id: string }>(
  { db, insert }: Pick<ModuleContext, 'db' | 'insert'>,
  collection: string,
  documents: readonly Shape[],
  { min = [], max = [] }: { min?: (keyof Shape & string)[]; max?: (keyof Shape & string)[] },
): Promise<Set<string>> {
  const inserts = documents.map((document) => insert(collection, document));
  const inserted = await Promise.allSettled(inserts);
  const known = documents.filter((_, i) => {
    const { reason } = inserted[i] as { reason?: unknown };
    if (reason !== undefined && !isDuplicateKey(reason)) throw reason;
    return reason !== undefined;
  });
  if (known.length === 0) return new Set();
  await db.collection<{ _id: string }>(collection).bulkWrite(
    known.map(({ _id, ...rest }) => {
      const fields = Object.entries(rest);
      const pick = (names: string[]): object =>
        Object.fromEntries(fields.filter(([name]) => names.includes(name)));
      const others = fields.filter(([name]) => ![...min, ...max].some((one) => one === name));
      const update = {
        $setOnInsert: Object.fromEntries(others),
        $min: pick(min),
        $max: pick(max),
      };
      return { updateOne: { filter: { _id }, update, upsert: true } };
    }),
    { ordered: false },
  );
  return new Set(known.map(({ _id }) => _id));
}
