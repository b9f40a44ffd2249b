/** Writing is cheap where it is batched: modules store new documents that come at the same time together. */
import { test } from 'tap';
import { isDuplicateKey } from '../../src/index.ts';
import { defineModule } from '../../src/module/module.ts';
import { startTestHost } from '../support.ts';

const notes = defineModule({ name: 'notes', collections: { notes: {} } });

test('documents that are stored at the same time share a statement, and a duplicate rejects alone', async (t) => {
  const host = await startTestHost(t, { modules: [notes] });
  const { db, insert } = host.context('notes');
  await insert('notes', { _id: '7' });
  await db.command({ profile: 2 });

  const ids = Array.from({ length: 64 }, (_, n) => String(n));
  const results = await Promise.allSettled(ids.map((_id) => insert('notes', { _id })));
  await db.command({ profile: 0 });

  const refused = results.flatMap((one, n) => (one.status === 'rejected' ? [[n, one.reason]] : []));
  t.same(
    refused.map(([n]) => n),
    [7],
  );
  t.ok(isDuplicateKey(refused[0]![1]));
  t.equal(await db.collection('notes').countDocuments(), 64);
  const statements = await db.collection('system.profile').countDocuments({ op: 'insert' });
  t.equal(statements, 1);
});
