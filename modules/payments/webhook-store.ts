/** Which reports of providers were handled, in MongoDB. */
import type { Collection, IndexDescription } from 'mongodb';
import { isDuplicateKey, type ModuleContext } from '#host';

/** How long a report is remembered: longer than a provider sends it again, by hand too (30 days). */
const REMEMBERED_S = 2_592_000;

export const webhookIndexes: IndexDescription[] = [
  { name: 'forget', key: { handledAt: 1 }, expireAfterSeconds: REMEMBERED_S },
];

interface Handled {
  /** The provider's name and its id of the report. */
  _id: string;
  handledAt: Date;
}

const handled = ({ db }: ModuleContext): Collection<Handled> => db.collection<Handled>('webhooks');

/** Whether the report was handled before. */
export async function wasHandled(context: ModuleContext, id: string): Promise<boolean> {
  return (await handled(context).findOne({ _id: id })) !== null;
}

/** Remembers that the report was handled. */
export async function rememberHandled(context: ModuleContext, id: string): Promise<void> {
  try {
    await handled(context).insertOne({ _id: id, handledAt: new Date() });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}
