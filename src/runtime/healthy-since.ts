/** Since when a process is healthy without a break: only in that time could it have received every reply. */

/** A longer pause between two looks is a break: the process stood still. In ms. */
const GAP_MS = 15_000;

/**
 * Gives a function that says since when all was well, in ms since the epoch. It knows what it sees:
 * it has to be called every few seconds by whoever wants to know. `failing` gives what does not work.
 */
export function createHealthySince(
  failing: () => Promise<readonly string[]>,
  clock: () => number = Date.now,
): () => Promise<number> {
  let since = clock();
  let looked = since;
  return async () => {
    const found = await failing();
    const now = clock();
    if (found.length > 0 || now - looked > GAP_MS) since = now;
    looked = now;
    return since;
  };
}
