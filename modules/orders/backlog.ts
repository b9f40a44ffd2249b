/** Back-pressure: a shop that cannot keep up takes no more orders until it can. */
import { DomainError, lookOnceIn, perContext, type ModuleContext } from '#host';
import { STATUS } from './states.ts';
import { findWaiting } from './store.ts';
import { settingsOf } from './settings.ts';

/** So many orders may wait for long: what holds up a few does not close the shop. */
const HELD_UP = 16;
/** How often is looked while somebody orders, in ms. */
const LOOK_EVERY_MS = 1000;
/** When a client may try again, in s. */
const RETRY_AFTER_S = 5;

const isBehind = perContext((context) =>
  lookOnceIn(LOOK_EVERY_MS, async () => {
    const { ORDER_BACKLOG_MS: boundMs } = settingsOf(context);
    if (boundMs === 0) return false;
    const since = new Date(Date.now() - boundMs);
    const found = await findWaiting(context, STATUS.created, since, HELD_UP + 1);
    return found.length > HELD_UP;
  }),
);

/** @throws DomainError where many orders have waited for stock and score for too long */
export async function requireCapacity(context: ModuleContext): Promise<void> {
  if (!(await isBehind(context)())) return;
  throw new DomainError(
    'unavailable',
    'busy',
    'The shop has more orders than it can work on at the moment, and yours was not taken. Try again in a few seconds.',
    { retryAfterS: RETRY_AFTER_S },
  );
}
