/** Entries a second through the bus, against a bare loop, the tutorial's loop, BullMQ and Moleculer. */
import type { Job } from '../consumers/consumer.ts';
import { consume, CONSUMERS, fill, type ConsumerName } from '../consumers/start.ts';
import { withEngines } from '../engines.ts';
import type { Finding, Row } from '../row.ts';
import { mapValues, medians } from '../statistics.ts';

/** Enough that each works for a second or more: BullMQ takes a tenth of the pace. */
const ENTRIES: Record<ConsumerName, number> = {
  millrace: 200_000,
  'bare ioredis': 200_000,
  'tutorial loop': 50_000,
  BullMQ: 20_000,
  '@moleculer/channels': 50_000,
};
const SHORT = 500;
const NAMES = Object.keys(CONSUMERS) as ConsumerName[];

type Goals = Partial<Record<ConsumerName, number>>;

const WORK: { effect: Job['effect']; what: string; goals: Goals }[] = [
  {
    effect: 'nothing',
    what: 'empty handler',
    goals: { 'bare ioredis': 0.75, 'tutorial loop': 1, BullMQ: 6 },
  },
  {
    effect: 'hset',
    what: 'one HSET an entry',
    goals: { 'bare ioredis': 0.8, 'tutorial loop': 6, BullMQ: 6 },
  },
];

export const bus: Row = {
  name: 'bus',
  about: 'entries a second through the bus, against loops and queues',
  measure: ({ short, rounds }) =>
    withEngines('redis', async ({ redisUrl }) => {
      const findings: Finding[] = [];
      const cpu: Record<string, Record<ConsumerName, number>> = {};
      for (const { effect, what, goals } of WORK) {
        const paces: Record<ConsumerName, number>[] = [];
        const costs: Record<ConsumerName, number>[] = [];
        for (let round = 0; round < rounds; round += 1) {
          const found = await eachConsumer(async (name) => {
            const entries = short ? SHORT : ENTRIES[name];
            const stream = `${name.replaceAll(' ', '-')}-${effect}-${round}`;
            const job = { redisUrl, stream, entries, effect };
            await fill(name, job);
            const { seconds, cpuSeconds } = await consume(name, job);
            return { pace: entries / seconds, cost: (cpuSeconds * 1e6) / entries };
          });
          paces.push(mapValues(found, ({ pace }) => pace));
          costs.push(mapValues(found, ({ cost }) => cost));
        }
        findings.push(...compare(what, medians(paces), goals));
        cpu[what] = medians(costs);
      }
      return { findings, details: { "The consumer's CPU, in µs an entry": cpu } };
    }),
};

/** One after another. */
async function eachConsumer<Result>(work: (name: ConsumerName) => Promise<Result>) {
  const results: [ConsumerName, Result][] = [];
  for (const name of NAMES) results.push([name, await work(name)]);
  return Object.fromEntries(results) as Record<ConsumerName, Result>;
}

function compare(
  what: string,
  { millrace: ours, ...peers }: Record<ConsumerName, number>,
  goals: Goals,
): Finding[] {
  return Object.entries(peers).map(([name, value]) => {
    const least = goals[name as ConsumerName];
    return {
      what: `bus, ${what}`,
      unit: '1/s',
      ours,
      peer: { name, value },
      ...(least !== undefined && { goal: { least } }),
    };
  });
}
