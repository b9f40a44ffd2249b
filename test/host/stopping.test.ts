/** Stopping waits for requests that are under way, and for nobody who has asked nothing. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'tap';
import { startTestHost } from '../support.ts';

test('a connection on which no request has come does not hold up the end', async (t) => {
  const host = await startTestHost(t, { modules: [] });
  const { hostname, port } = new URL(await host.app.listen({ port: 0 }));
  const accepted = once(host.app.server, 'connection');
  const early = connect(Number(port), hostname);
  t.teardown(() => early.destroy());
  await accepted;

  const closed = once(early, 'close');
  const begun = Date.now();
  await host.stop();
  await closed;
  t.ok(Date.now() - begun < 3000, `stopping took ${Date.now() - begun} ms`);
});
