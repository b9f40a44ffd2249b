/** What a process costs that has nothing to do, and how soon it is ready. */
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { withEngines } from '../engines.ts';
import { cpuSeconds, residentMiB } from '../processes.ts';
import type { Row } from '../row.ts';
import { startMillrace } from '../shops.ts';
import { median } from '../statistics.ts';

/** How long after its start a process is left alone, and how long it is watched, in ms. */
const SETTLE_MS = 30_000;
const WATCH_MS = 20_000;
const SHORT_MS = 500;

export const idle: Row = {
  name: 'idle',
  about:
    'CPU, Redis commands and memory of a process with nothing to do; the time until it is ready',
  measure: ({ short, rounds, profile }) =>
    withEngines('both', async (env) => {
      // The first start fills the shop with the sample catalogue.
      await (await startMillrace(env)).stop();
      const starts: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const begun = performance.now();
        const millrace = await startMillrace(env);
        while ((await fetch(`${millrace.url}/readyz`)).status !== 200) await delay(5);
        starts.push((performance.now() - begun) / 1000);
        await millrace.stop();
      }
      const redis = new Redis(env.redisUrl);
      const commands = async (): Promise<number> =>
        Number(/total_commands_processed:(\d+)/.exec(await redis.info('stats'))?.[1]);
      const { pid, stop } = await startMillrace(env, { profile });
      await delay(short ? SHORT_MS : SETTLE_MS);
      const ms = short ? SHORT_MS : WATCH_MS;
      const before = [cpuSeconds(pid), await commands()] as const;
      await delay(ms);
      const used = cpuSeconds(pid) - before[0];
      // One of them was ours: the question.
      const sent = (await commands()) - before[1] - 1;
      const memory = residentMiB(pid);
      redis.disconnect();
      await stop();
      return {
        findings: [
          { what: 'idle: CPU', unit: '%', ours: (used * 100_000) / ms, goal: { most: 1 } },
          {
            what: 'idle: Redis commands',
            unit: '1/s',
            ours: (sent * 1000) / ms,
            goal: { most: 20 },
          },
          { what: 'idle: memory', unit: 'MiB', ours: memory, goal: { most: 130 } },
          {
            what: 'ready with engines running',
            unit: 's',
            ours: median(starts),
            goal: { most: 1 },
          },
        ],
      };
    }),
};
