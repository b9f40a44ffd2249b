/** Customers in the history: what is held of one, and one who is erased. */
import { each, type EventOf, type ModuleContext } from '#host';
import type { customerErased } from '../gateway/events.ts';
import { dropAnswers } from './cache.ts';
import { present } from './present.ts';
import { listOrders, replaceUser, type HistoryCollection } from './store.ts';

/** Orders that are read at a time. */
const BATCH = 500;

/** Puts the pseudonym in the place of a customer; what the shop sold stays. */
export const eraseCustomers = each(
  async ({ data: { userId, pseudonym } }: EventOf<typeof customerErased>, context: ModuleContext) =>
    context.pseudonyms.erase(userId, pseudonym, (stand) => replace(context, userId, stand)),
);

/** Keeps the orders of these users, just stored, without those who are erased. */
export async function eraseAgain(
  context: ModuleContext,
  userIds: readonly string[],
): Promise<void> {
  const erased = await context.pseudonyms.of(userIds);
  for (const [userId, pseudonym] of erased) await replace(context, userId, pseudonym);
}

/** In every version that counts, also in one that is being built of older events. */
async function replace(context: ModuleContext, userId: string, pseudonym: string): Promise<void> {
  const versions = await context.readModel.write((history: HistoryCollection) =>
    replaceUser(history, userId, pseudonym),
  );
  await dropAnswers(context, versions, [userId]);
}

/** Every order of a customer, as the history has it. */
export async function* personalData(
  context: ModuleContext,
  userId: string,
): AsyncGenerator<object> {
  let full = true;
  for (let after: Parameters<typeof listOrders>[1]['after']; full;) {
    const found = await listOrders(context, { userId, after, limit: BATCH });
    yield* found.map(present);
    const last = found.at(-1);
    after = last && { at: last.placed.at, orderId: last._id };
    full = found.length === BATCH;
  }
}
