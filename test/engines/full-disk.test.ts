/** A disk that fills up under a shop with engines of its own: it says so, and goes on when there is space. */
import { join } from 'node:path';
import { test } from 'tap';
import { startProcess, type MillraceProcess } from '../process.ts';
import { eventually } from '../support.ts';
import { fill, mount, MOUNTLESS } from './small-disk.ts';

/** The size of the disk: room for what MongoDB makes at its start. */
const SIZE = '600m';

/** A buyer of the sample catalogue. */
async function buyerOf({ url }: MillraceProcess) {
  const started = await fetch(`${url}/api/sessions`, { method: 'POST' });
  const { token } = (await started.json()) as { token: string };
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const listed = await fetch(`${url}/api/products?limit=1`);
  const { items } = (await listed.json()) as { items: [{ productId: string }] };
  const body = JSON.stringify({ items: [{ productId: items[0].productId, quantity: 1 }] });
  return {
    order: () => fetch(`${url}/api/orders`, { method: 'POST', headers, body }),
    look: (orderId: string) => fetch(`${url}/api/orders/${orderId}`, { headers }),
  };
}

test(
  'a full disk: not ready, and what is full is said; with space all orders end',
  { skip: MOUNTLESS },
  async (t) => {
    const disk = mount(t, SIZE);
    const dataDir = join(disk, 'data');
    const environment = { REDIS_URL: '', MONGODB_URL: '', DATA_DIR: dataDir, PORT: '0' };
    const shop = await startProcess(t, { environment });
    const buyer = await buyerOf(shop);
    const taken: string[] = [];
    const order = async () => {
      const response = await buyer.order();
      if (response.status === 202)
        taken.push(((await response.json()) as { orderId: string }).orderId);
      return response;
    };
    for (let n = 0; n < 5; n++) t.equal((await order()).status, 202);

    const empty = fill(disk);
    const refused = await eventually('an order is refused', async () => {
      const response = await order();
      return response.status !== 202 && response;
    });
    t.equal(refused.status, 503);
    t.match(await refused.json(), { type: 'urn:millrace:problem:unavailable' });
    const troubles = await eventually('readiness names the disk', async () => {
      const response = await fetch(`${shop.url}/readyz`);
      const body = (await response.json()) as { troubles: string[] };
      return response.status === 503 && /DATA_DIR/.test(body.troubles.join()) && body.troubles;
    });
    t.equal(
      troubles[0],
      `The disk that holds DATA_DIR (${dataDir}) is full: 0 MB free. Free some space there.`,
    );
    await eventually('MongoDB died of it, and cannot be started', () =>
      shop.logs.some(({ msg }) => msg === 'the engine could not be started again'),
    );
    t.equal((await fetch(`${shop.url}/healthz`)).status, 200, 'the process lives');

    empty();
    await eventually('it is ready again', async () => (await fetch(`${shop.url}/readyz`)).ok);
    t.equal((await order()).status, 202);
    for (const orderId of taken) {
      await eventually(`order ${orderId} is paid`, async () => {
        const found = await buyer.look(orderId);
        return (
          found.ok && ((await found.json()) as { orderStatusCode: number }).orderStatusCode === 3
        );
      });
    }
    t.equal(await shop.end('SIGTERM'), 0);
  },
);
