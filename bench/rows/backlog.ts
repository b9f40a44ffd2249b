/** How consumers work off a backlog: whether its length matters, and whether two copies share it. */
import type { Job } from '../consumers/consumer.ts';
import { consume, fill } from '../consumers/start.ts';
import { withEngines } from '../engines.ts';
import type { Row } from '../row.ts';

const SMALL = 10_000;
const LARGE = 1_000_000;
/** Entries of the backlog that two share, whose handlers wait for a store. */
const SHARED = 20_000;

export const backlog: Row = {
  name: 'backlog',
  about: 'the pace and the memory with a million entries waiting, and of two copies',
  measure: ({ short }) =>
    withEngines('redis', async ({ redisUrl }) => {
      const of = async (entries: number, effect: Job['effect'], copies: number) => {
        const stream = `backlog-${entries}-${effect}-${copies}`;
        const job = { redisUrl, stream, entries: short ? 1000 : entries, effect };
        await fill('millrace', job);
        const consumed = await consume('millrace', job, copies);
        return { ...consumed, pace: job.entries / consumed.seconds };
      };
      const small = await of(SMALL, 'nothing', 1);
      const large = await of(LARGE, 'nothing', 1);
      const alone = await of(SHARED, 'wait', 1);
      const both = await of(SHARED, 'wait', 2);
      return {
        findings: [
          {
            what: `the pace with ${LARGE} entries waiting`,
            unit: '1/s',
            ours: large.pace,
            peer: { name: `with ${SMALL}`, value: small.pace },
          },
          { what: `memory with ${LARGE} entries waiting`, unit: 'MiB', ours: large.peakRssMiB },
          {
            what: 'two copies, whose handlers wait for a store',
            unit: '1/s',
            ours: both.pace,
            peer: { name: 'one copy', value: alone.pace },
          },
        ],
      };
    }),
};
