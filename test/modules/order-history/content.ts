/** What the history holds, to be compared, and its rebuilding as the operator asks for it. */
import { createHash } from 'node:crypto';
import type { HistoryDocument } from '../../../modules/order-history/history.ts';
import type { Ended, VersionsDocument } from '../../../src/read-model/versions.ts';
import type { RebuildState } from '../../../src/read-model/state.ts';
import { ADMIN_TOKEN, eventually, type TestEnvironment, type TestHost } from '../../support.ts';

/** The collection of the history that is read at the moment. */
export async function historyOf({ mongodb, databasePrefix }: TestEnvironment) {
  const db = mongodb.db(`${databasePrefix}order_history`);
  const state = await db.collection<{ _id: string; current: string }>('versions').findOne();
  return db.collection<HistoryDocument>(state?.current ?? 'history');
}

/** How many documents there are, and a digest of all that they hold. */
export async function contentOf(
  env: TestEnvironment,
): Promise<{ documents: number; digest: string }> {
  const hash = createHash('sha256');
  let documents = 0;
  for await (const document of (await historyOf(env)).find().sort({ _id: 1 })) {
    hash.update(JSON.stringify(sorted(document)));
    documents += 1;
  }
  return { documents, digest: hash.digest('hex') };
}

/** With the facts in the order of their names: in a document they stand in the order they came in. */
function sorted(document: HistoryDocument): object {
  return Object.fromEntries(
    Object.entries(document).toSorted(([a], [b]) => (a < b ? -1 : Number(a > b))),
  );
}

/** A call on `/api/admin/order-history/rebuild`. */
export async function rebuildCall(
  { app }: TestHost,
  method: 'GET' | 'POST' | 'DELETE',
): Promise<{ statusCode: number; state: RebuildState }> {
  const response = await app.inject({
    method,
    url: '/api/admin/order-history/rebuild',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  return { statusCode: response.statusCode, state: response.json() };
}

/** Waits until a run has ended, by default for five minutes: a busy machine takes its time. */
export function endOf(
  { env: { mongodb, databasePrefix } }: TestHost,
  run: string | undefined,
  deadlineMs = 300_000,
): Promise<Ended> {
  const states = mongodb
    .db(`${databasePrefix}order_history`)
    .collection<VersionsDocument>('versions');
  const ended = async (): Promise<Ended | false> => {
    const state = await states.findOne();
    return state?.ended?.run === run && (state?.ended ?? false);
  };
  return eventually(`rebuild ${run} ended`, ended, deadlineMs);
}

/** Rebuilds, and waits until that has ended. */
export async function rebuild(host: TestHost): Promise<Ended> {
  return endOf(host, (await rebuildCall(host, 'POST')).state.run);
}

/** Waits until the history has handled all that was published. */
export async function settled(host: TestHost): Promise<void> {
  for (const stream of ['ORDERS_STREAM', 'PAYMENTS_STREAM']) {
    await eventually(`the history has handled all of ${stream}`, async () => {
      const state = await host.bus.inspect(stream);
      const group = state?.groups.find((one) => one.group === 'order-history');
      return group?.lag === 0 && group.pending === 0;
    });
  }
}
