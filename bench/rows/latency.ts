/** How long an event takes from its publisher to its handler, at a steady pace. */
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { on } from '../../src/bus/index.ts';
import { openBus, thingHappened } from '../bus.ts';
import { withEngines } from '../engines.ts';
import type { Finding, Row } from '../row.ts';
import { medians, percentile } from '../statistics.ts';

const A_SECOND = 500;
const RUN_MS = 5000;
const SHORT_MS = 300;
const GROUP = 'readers';

/** Publishes the number of an event; `handled` of its opener is called with it. */
interface Line {
  publish: (n: number) => unknown;
  close: () => Promise<void>;
}

export const latency: Row = {
  name: 'latency',
  about: `from publishing to the handler at ${A_SECOND} a second, against a bare loop`,
  measure: ({ short, rounds }) =>
    withEngines('redis', async ({ redisUrl }) => {
      const found: Record<'ours50' | 'ours99' | 'bare50' | 'bare99', number>[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const ms = short ? SHORT_MS : RUN_MS;
        const ours = await measure((handled) => openMillrace(redisUrl, handled), ms);
        const bare = await measure((handled) => openBare(redisUrl, handled), ms);
        found.push({
          ours50: percentile(ours, 0.5),
          ours99: percentile(ours, 0.99),
          bare50: percentile(bare, 0.5),
          bare99: percentile(bare, 0.99),
        });
      }
      const { ours50, ours99, bare50, bare99 } = medians(found);
      return { findings: [line('p50', ours50, bare50), line('p99', ours99, bare99)] };
    }),
};

const line = (what: string, ours: number, value: number): Finding => ({
  what: `publish to handler at ${A_SECOND}/s, ${what}`,
  unit: 'ms',
  ours,
  peer: { name: 'bare ioredis', value },
  goal: { most: 2 },
});

/** Gives how long each event took, in ms. */
async function measure(
  open: (handled: (n: number) => void) => Promise<Line>,
  ms: number,
): Promise<number[]> {
  const sent = new Map<number, number>();
  const took: number[] = [];
  const opened = await open((n) => {
    const at = sent.get(n);
    if (at !== undefined) took.push(performance.now() - at);
  });
  const begun = performance.now();
  const all = (ms / 1000) * A_SECOND;
  for (let n = 0; n < all; n += 1) {
    const early = begun + (n * 1000) / A_SECOND - performance.now();
    if (early > 0) await delay(early);
    sent.set(n, performance.now());
    void opened.publish(n);
  }
  while (took.length < all) await delay(1);
  await opened.close();
  return took;
}

async function openMillrace(redisUrl: string, handled: (n: number) => void): Promise<Line> {
  const stream = 'LATENCY_STREAM';
  const happened = thingHappened(stream);
  const { bus, commands } = await openBus(redisUrl);
  bus.subscribe(GROUP, [
    on(happened, async (events) => {
      for (const { data } of events) handled(data.n);
    }),
  ]);
  await bus.start();
  return {
    publish: (n) => bus.publisher.publish(stream, [happened.create({ k: `key-${n % 100}`, n })]),
    async close() {
      await bus.stop();
      // The next round's events begin from its own.
      await commands.del(stream);
      commands.disconnect();
    },
  };
}

async function openBare(redisUrl: string, handled: (n: number) => void): Promise<Line> {
  const stream = 'BARE_STREAM';
  const commands = new Redis(redisUrl);
  const reader = new Redis(redisUrl);
  await commands.xgroup('CREATE', stream, GROUP, '0', 'MKSTREAM');
  let open = true;
  const read = async (): Promise<void> => {
    while (open) {
      const from = ['GROUP', GROUP, 'one', 'COUNT', 500, 'BLOCK', 100] as const;
      const answer = (await reader.xreadgroup(...from, 'STREAMS', stream, '>')) as
        | [string, [id: string, fields: string[]][]][]
        | null;
      const entries = answer?.[0]?.[1] ?? [];
      for (const [, fields] of entries) handled(Number(fields[1]));
      if (entries.length > 0) void commands.xack(stream, GROUP, ...entries.map(([id]) => id));
    }
  };
  const reading = read();
  return {
    publish: (n) => commands.xadd(stream, '*', 'n', n, 'k', `key-${n % 100}`),
    async close() {
      open = false;
      await reading;
      await commands.del(stream);
      commands.disconnect();
      reader.disconnect();
    },
  };
}
