/**
 * The set-up step, run before `npm start`, `npm test`, `npm run check` and `npm run import`: sees that
 * the npm packages, the built pages, a Redis and a MongoDB are there, fetches what is missing, and says each step.
 *
 * `--tests`: look for both engines although REDIS_URL or MONGODB_URL name some (tests run their own).
 * `--browser`: a Chromium too.
 * `--packages`: the npm packages and the pages alone.
 * MILLRACE_SETUP=off: do nothing at all.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureChromium } from './chromium.mjs';
import { ensureMongod } from './mongod.mjs';
import { ensureNode } from './node-version.mjs';
import { ensurePackages } from './packages.mjs';
import { buildPages } from './pages.mjs';
import { ensureRedis } from './redis.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const flags = new Set(process.argv.slice(2));
/** @type {string[]} */
const failures = [];

if (process.env.MILLRACE_SETUP !== 'off') setUp();

if (failures.length > 0) {
  const off = 'MILLRACE_SETUP=off leaves this step out.';
  process.stderr.write(`\n${[...failures, off].join('\n\n')}\n`);
  process.exitCode = 1;
}

function setUp() {
  attempt(() => {
    ensurePackages(root);
    ensureNode(root);
    buildPages(root);
  });
  // Without the packages the engines cannot be fetched, so there is no second thing to report.
  if (failures.length > 0 || flags.has('--packages')) return;
  const always = flags.has('--tests');
  if (always || !process.env.REDIS_URL) attempt(ensureRedis);
  if (always || !process.env.MONGODB_URL) attempt(() => ensureMongod(root));
  if (flags.has('--browser')) attempt(ensureChromium);
}

/**
 * Runs a step and keeps its failure, so that one run tells of all that is missing.
 * @param {() => void} step
 */
function attempt(step) {
  try {
    step();
  } catch (error) {
    failures.push(error instanceof Error ? error.message : String(error));
  }
}
