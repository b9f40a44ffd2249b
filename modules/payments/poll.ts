/** What brings payments to their end though nobody comes back, and tells again what was told. */
import type { ModuleContext, OutboxRecord } from '#host';
import { advance } from './advance.ts';
import { claim, endedSince, findDue } from './store.ts';
import { pauseMs, type OpenTill } from './provider-binding.ts';
import { told } from './payment-events.ts';

/** Payments that are asked for at a time. */
const BATCH = 100;

/**
 * Asks the provider about every payment and refund that is open and whose time has come. Before it
 * asks, the next question is put off, longer each time: so others leave it alone meanwhile, and a
 * crash or an answer that does not come needs nothing else.
 */
export function settleDue(open: OpenTill) {
  return async (context: ModuleContext): Promise<void> => {
    const till = open(context);
    const { provider, timing } = till;
    for (let full = true; full && !context.signal.aborted;) {
      const due = await findDue(context, provider.name, BATCH);
      const claims = due.map((payment) => {
        const until = Date.now() + timing.timeoutMs + pauseMs(timing, payment.attempts ?? 0);
        return claim(context, payment, new Date(until));
      });
      const claimed = (await Promise.all(claims)).filter((payment) => payment !== null);
      await advance(till, claimed, timing.timeoutMs);
      full = due.length === BATCH;
    }
  };
}

/** Publishes again what was told of payments since the given time, in ms since the epoch. */
export async function retell(context: ModuleContext, since: number): Promise<void> {
  await context.republish(toldSince(context, since));
}

/** Every event that payments have told. */
export function allTold(context: ModuleContext): AsyncIterable<OutboxRecord> {
  return toldSince(context, 0);
}

async function* toldSince(context: ModuleContext, since: number): AsyncGenerator<OutboxRecord> {
  for await (const payment of endedSince(context, since))
    yield* told(payment).filter(({ at }) => Number(at) >= since);
}
