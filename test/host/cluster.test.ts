/** A shop on a Redis Cluster sells on while slots move, and while a master is lost with its replica behind. */
import { test } from 'tap';
import { loadConfig } from '../../src/config/index.ts';
import { parseClusterUrl } from '../../src/stores/redis-url.ts';
import { openRedisCluster } from '../redis-cluster.ts';
import { LOSSES, openShop, sellThroughLoss } from '../selling.ts';

test('slots move from node to node while a shop sells', async (t) => {
  const cluster = await openRedisCluster(t);
  const shop = await openShop(t, cluster.url);
  const { keyPrefix } = shop.host.env;
  let moving = true;
  const selling = async (): Promise<void> => {
    while (moving) await shop.buy();
  };
  const buyers = [selling(), selling()];
  for (const stream of ['ORDERS_STREAM', 'PAYMENTS_STREAM', 'PRODUCTS_STREAM']) {
    const key = `${keyPrefix}${stream}`;
    const to = await cluster.move(key);
    t.equal(await cluster.masterOf(key), to, `${stream} is on another node`);
  }
  moving = false;
  await Promise.all(buyers);
  await shop.settle();
});

for (const [how, what] of LOSSES)
  test(`${what}, and its replica lacks the newest events`, async (t) => {
    const cluster = await openRedisCluster(t);
    const shop = await openShop(t, cluster.url);
    const key = `${shop.host.env.keyPrefix}ORDERS_STREAM`;
    await sellThroughLoss(t, shop, {
      cutReplicaOff: () => cluster.cutReplicaOff(key),
      loseMaster: () => cluster.loseMaster(key, how),
    });
  });

test('REDIS_URL names some nodes of a cluster, and how to log in', (t) => {
  t.same(parseClusterUrl('redis+cluster://a,b:1234,[::1]:5'), {
    nodes: [
      { host: 'a', port: 6379 },
      { host: 'b', port: 1234 },
      { host: '::1', port: 5 },
    ],
    login: {},
  });
  t.same(parseClusterUrl('rediss+cluster://user:p%40ss@a:1,b:2/'), {
    nodes: [
      { host: 'a', port: 1 },
      { host: 'b', port: 2 },
    ],
    login: { username: 'user', password: 'p@ss', tls: {} },
  });
  t.equal(parseClusterUrl('redis://a:1'), undefined, 'one server is no cluster');
  for (const url of ['redis+cluster://', 'redis+cluster://a,', 'redis+cluster://a/1'])
    t.throws(() => loadConfig({ REDIS_URL: url }), { message: /REDIS_URL/ }, url);
  t.ok(loadConfig({ REDIS_URL: 'redis+cluster://a,b' }));
  t.end();
});
