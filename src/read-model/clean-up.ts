/** What goes after a rebuild: old collections, and the replays of its run. */
import type { Db } from 'mongodb';
import { expired, type Versions } from './versions.ts';

/** Drops what is not read or written any more, and what late writers have made anew of it. */
export async function cleanUp(
  db: Db,
  versions: Versions,
  removeReplays: (run: string) => Promise<void>,
): Promise<void> {
  const due = expired(await versions.read());
  for (const { collection, run } of due) {
    await removeReplays(run);
    await db.dropCollection(collection);
    await versions.remove(collection);
  }
  // Looked for before the state is read: one that was made meanwhile stands in it by then.
  const found = await db.listCollections({}, { nameOnly: true }).toArray();
  const { current, building, retired } = await versions.read();
  const counting = [current, building?.collection, ...retired.map((one) => one.collection)];
  const ours = new RegExp(`^${versions.name}(_[0-9a-f]{32})?$`);
  for (const { name } of found)
    if (ours.test(name) && !counting.includes(name)) await db.dropCollection(name);
}
