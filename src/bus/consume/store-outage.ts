/** Whether the stores are away, as failures of handlers say, or only an entry makes it look so. */
import { setTimeout as delay } from 'node:timers/promises';

/** How long the stores may take to answer, in ms. */
const ANSWER_MS = 2000;
/** How long an answer counts, in ms. */
const COUNTS_MS = 5000;

/** Asks whether the stores take writes; what was asked a moment ago is not asked again. */
export type StoreCheck = () => Promise<boolean>;

/** `write` writes to every store and rejects where one does not take it: in some outages reads go on. */
export function createStoreCheck(write: () => Promise<unknown>): StoreCheck {
  let last: { at: number; answer: Promise<boolean> } | undefined;

  async function ask(): Promise<boolean> {
    const written = write().then(
      () => true,
      () => false,
    );
    return Promise.race([written, delay(ANSWER_MS, false, { ref: false })]);
  }

  return () => {
    if (!last || Date.now() - last.at > COUNTS_MS) last = { at: Date.now(), answer: ask() };
    return last.answer;
  };
}
