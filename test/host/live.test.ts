/** The live feed: one snapshot a second for all who listen, and health as it is. */
import { test } from 'tap';
import type { Snapshot } from '../../src/health/snapshot.ts';
import { ADMIN_TOKEN, eventually, startTestHost, type TestHost } from '../support.ts';

const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };

async function health(host: TestHost): Promise<Snapshot> {
  return (await host.app.inject({ url: '/api/admin/health', headers })).json<Snapshot>();
}

test('a shop in one process shows every module with one instance, and is well when idle', async (t) => {
  const host = await startTestHost(t);
  await host.app.listen({ host: '127.0.0.1', port: 0 });
  const snapshot = await eventually('all is well', async () => {
    const found = await health(host);
    return found.modules.every((one) => one.health === 'ok') && found;
  });
  t.ok(snapshot.modules.every(({ instances }) => instances.length === 1));
  t.ok(snapshot.streams.flatMap(({ groups }) => groups).every((one) => one.health === 'ok'));
});
