/** The entry of the harness: `npm run test:faults -- --seconds 60 --seed 7`. */
import { runFaults } from './harness.ts';
import { interruption } from './interruption.ts';
import { parseOptions, USAGE } from './options.ts';
import { complaints, table } from './table.ts';

/** Exit statuses: all promises kept, some broken, the run itself failed. */
const EXIT = { kept: 0, broken: 1, failed: 2 };

// Each process and engine of a run is ended with this one.
process.setMaxListeners(50);

async function main(args: string[]): Promise<number> {
  let parsed: ReturnType<typeof parseOptions>;
  try {
    parsed = parseOptions(args);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${USAGE}`);
    return EXIT.failed;
  }
  const { verbose, ...options } = parsed;
  const say = (what: string): void => void (verbose && process.stderr.write(`${what}\n`));
  process.stdout.write(`shape ${options.shape}, seed ${options.seed}, ${options.seconds} s\n`);
  const report = await runFaults(options, interruption(), say);
  process.stdout.write(complaints(report));
  process.stdout.write(table(report));
  if (report.logs) process.stdout.write(`the logs are kept in ${report.logs}\n`);
  return report.violations.length > 0 ? EXIT.broken : EXIT.kept;
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`The run failed: ${messageOf(error)}\n`);
  process.exitCode = EXIT.failed;
}
