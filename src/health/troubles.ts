/** What does not work in this process, as it says with each heartbeat: looked at now and then, without waiting. */

/** How long what was found counts, in ms. */
const FOUND_MS = 2000;
/** How long a look may take before that is what it says, in ms. */
const LOOK_MS = 3000;
/** Sentences that are said at most, and characters of each. */
const MAX = 5;
const LENGTH = 300;

/**
 * Gives a function that says what does not work, as it was found by the last look, and begins another where
 * that is old. A heartbeat must not wait: a process whose engines hang lives.
 */
export function createTroubles(failing: () => Promise<readonly string[]>): () => readonly string[] {
  let found: readonly string[] = [];
  let endedAt = -Infinity;
  let since: number | undefined;

  async function look(): Promise<void> {
    found = await failing().then(bounded, (error: unknown) => bounded([String(error)]));
    endedAt = performance.now();
    since = undefined;
  }

  return () => {
    const now = performance.now();
    if (since === undefined && now - endedAt >= FOUND_MS) {
      since = now;
      void look();
    }
    const hangs = since !== undefined && now - since > LOOK_MS;
    return hangs && found.length === 0 ? ['Redis or MongoDB does not answer in time'] : found;
  };
}

function bounded(sentences: readonly string[]): string[] {
  return sentences.slice(0, MAX).map((one) => one.slice(0, LENGTH));
}
