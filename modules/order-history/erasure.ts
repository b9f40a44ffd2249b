/** Customers in the history: what is held of one, and one who is erased. */
import { createErasure, type Erasure, type Pseudonyms, type ReadModel } from '#host';
import { present } from './present.ts';
import { listOrders, replaceUser, type HistoryCollection } from './store.ts';

/** Orders that are read at a time. */
const BATCH = 500;

/**
 * Puts the pseudonym in the place of a customer; what the shop sold stays. It does so in every version
 * that counts, also in one that is being built of older events.
 */
export function createHistoryErasure(pseudonyms: Pseudonyms, readModel: ReadModel): Erasure {
  return createErasure(pseudonyms, (userId, pseudonym) =>
    readModel.write((history: HistoryCollection) => replaceUser(history, userId, pseudonym)),
  );
}

/** Every order of a customer, as the history has it. */
export async function* personalData(readModel: ReadModel, userId: string): AsyncGenerator<object> {
  let full = true;
  for (let after: Parameters<typeof listOrders>[1]['after']; full;) {
    const found = await listOrders(readModel, { userId, after, limit: BATCH });
    yield* found.map(present);
    const last = found.at(-1);
    after = last && { at: last.placed.at, orderId: last._id };
    full = found.length === BATCH;
  }
}
