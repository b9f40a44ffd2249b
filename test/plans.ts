/** How MongoDB answers the queries of some work: by which index, and having looked at how much. */
import type { Db } from 'mongodb';

export interface Plan {
  /** `IXSCAN { _id: 1 }`, or `COLLSCAN`. */
  summary: string;
  /** Documents that were looked at. */
  examined: number;
}

/** Does the work with MongoDB's profiler on, and gives the plans of all queries of the collection. */
export async function plansOf(
  db: Db,
  collection: string,
  work: () => Promise<void>,
): Promise<Plan[]> {
  await db.command({ profile: 2 });
  try {
    await work();
  } finally {
    await db.command({ profile: 0 });
  }
  const seen = await db
    .collection('system.profile')
    .find({ ns: `${db.databaseName}.${collection}`, op: 'query' })
    .toArray();
  return seen.map((one) => ({
    summary: String(one['planSummary']),
    examined: Number(one['docsExamined']),
  }));
}
