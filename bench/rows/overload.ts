/** Orders that are placed faster than they can be paid: what waits must stay bounded. */
import { withEngines } from '../engines.ts';
import type { Row } from '../row.ts';
import { openMillrace, startLoad } from '../shops.ts';

const CLIENTS = 100;
const RUN_MS = 20_000;
const SHORT_MS = 300;

export const overload: Row = {
  name: 'overload',
  about: 'orders placed faster than paid: what waits, and how many are answered 503',
  measure: ({ short, profile }) =>
    withEngines('both', async (env) => {
      const { shop, stop } = await openMillrace(env, { profile });
      const load = await startLoad(shop);
      try {
        const ms = short ? SHORT_MS : RUN_MS;
        const run = await load.run({ inFlight: short ? 8 : CLIENTS, ms, open: true });
        const line = (what: string, unit: string, ours: number) => ({
          what: `open load of ${CLIENTS} clients: ${what}`,
          unit,
          ours,
        });
        return {
          findings: [
            line('placed', '1/s', (run.placed * 1000) / ms),
            line('paid', '1/s', run.paidPerSecond),
            line('most orders that waited', '', run.backlog),
            line('answered 503', '1/s', (run.refused * 1000) / ms),
            line('time to paid p99', 'ms', run.paidP99),
          ],
        };
      } finally {
        await load.stop();
        await stop();
      }
    }),
};
