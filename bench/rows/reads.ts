/** Cached answers of the catalogue, against a bare Fastify that gives the same bytes. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { withEngines, type TestEnvironment } from '../engines.ts';
import { startProgram, type Program } from '../processes.ts';
import type { Finding, Row } from '../row.ts';
import { startMillrace } from '../shops.ts';
import { medians } from '../statistics.ts';

const CONNECTIONS = 32;
const SECONDS = 4;
/** Requests of a run that is to show only that it works. */
const SHORT = 200;
const PATHS = {
  'GET a product, cached': '/api/products/1001',
  'search page, cached': '/api/products',
};
/** Limits are counted, and so high that nobody meets them: all requests come from one address. */
const environment = { RATE_LIMIT_PER_MINUTE: '1000000' };

export const reads: Row = {
  name: 'reads',
  about: 'cached answers of the catalogue, against a bare Fastify',
  measure: ({ short, rounds, profile }) =>
    withEngines('both', async (env) => {
      const millrace = await startMillrace(env, { environment, profile });
      const findings: Finding[] = [];
      try {
        for (const [what, path] of Object.entries(PATHS)) {
          const bare = await startBare(env, millrace.url + path);
          const found: { ours: number; bare: number }[] = [];
          for (let round = 0; round < rounds; round += 1)
            found.push({
              ours: await pace(millrace.url + path, short),
              bare: await pace(bare.url, short),
            });
          await bare.stop();
          const { ours, bare: value } = medians(found);
          const peer = { name: 'bare Fastify', value };
          findings.push({ what, unit: '1/s', ours, peer, goal: { least: 0.5 } });
        }
      } finally {
        await millrace.stop();
      }
      return { findings };
    }),
};

/** A server of the bytes that are at the address now. */
async function startBare({ directory }: TestEnvironment, url: string): Promise<Program> {
  const response = await fetch(url);
  const file = join(directory, 'bytes');
  writeFileSync(file, await response.bytes());
  const program = join(import.meta.dirname, '..', 'peers', 'http.ts');
  return startProgram({ file: program, args: [file], directory });
}

/** Requests a second. */
async function pace(url: string, short: boolean): Promise<number> {
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    ...(short ? { amount: SHORT } : { duration: SECONDS }),
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(
      `${result.non2xx} answers of ${url} were no good, ${result.errors} did not come`,
    );
  return result.requests.total / result.duration;
}
