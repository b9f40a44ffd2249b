/** Payments that an earlier Millrace has stored, from before a payment had revisions. */
import type { ModuleContext } from '#host';
import { payments } from './store.ts';

/** Lets each such payment go on from where it was: what is open is asked for again at once. */
export async function upgradePayments(context: ModuleContext): Promise<void> {
  const old = { revision: { $exists: false } };
  const ended = await payments(context).updateMany(
    { ...old, status: { $in: ['processed', 'failed'] } },
    [{ $set: { revision: 1, ended: { at: '$updatedAt', reason: '$reason' } } }],
  );
  const open = await payments(context).updateMany({ ...old, status: 'initiated' }, [
    { $set: { revision: 1, nextAt: '$$NOW' } },
  ]);
  const count = ended.modifiedCount + open.modifiedCount;
  if (count > 0)
    context.log.info({ payments: count }, 'payments of an earlier version were upgraded');
}
