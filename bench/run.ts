/**
 * The benchmark: `npm run bench [-- NAME… --rounds N --in-flight N --profile --short]`. Each row
 * measures ours and its peers by turns, on engines of its own. docs/reference/benchmark.md says what the figures mean.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sharesOf } from './profile.ts';
import { rows } from './rows/index.ts';
import { mapValues } from './statistics.ts';
import { isMet, ratioOf, type Finding, type Measured } from './row.ts';

/** Lines of what a profile shows. */
const SHOWN = 25;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    'in-flight': { type: 'string' },
    profile: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
  },
});
const profile = values.profile ? join(import.meta.dirname, 'profiles') : undefined;
if (profile) {
  rmSync(profile, { recursive: true, force: true });
  mkdirSync(profile, { recursive: true });
}
const unknown = positionals.filter((name) => !rows.some((row) => row.name === name));
if (unknown.length > 0) {
  console.error(`No such row: ${unknown.join(', ')}. There are:`);
  for (const { name, about } of rows) console.error(`  ${name}: ${about}`);
  process.exit(2);
}
const results: Record<string, Measured> = {};
for (const { name, about, measure } of rows) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  console.log(`\n${name}: ${about}`);
  const { short } = values;
  const measured = await measure({
    short,
    rounds: short ? 1 : Number(values.rounds),
    inFlight: Number(values['in-flight']) || undefined,
    profile,
  });
  results[name] = measured;
  console.table(measured.findings.map(present));
  for (const [title, lines] of Object.entries(measured.details ?? {})) {
    console.log(title);
    console.table(mapValues(lines, (figures) => mapValues(figures, round)));
  }
}
if (profile) for (const file of readdirSync(profile)) showProfile(join(profile, file));
if (!values.short && positionals.length === 0) writeResults();

function present(finding: Finding) {
  const { what, unit, ours, peer, goal } = finding;
  const met = isMet(finding);
  return {
    what,
    unit,
    ours: round(ours),
    peer: peer ? `${peer.name} ${round(peer.value)}` : '',
    ratio: peer ? round(ratioOf(finding)) : '',
    goal: goal ? ('least' in goal ? `≥ ${goal.least}` : `≤ ${goal.most}`) : '',
    met: met === undefined ? '' : met ? 'yes' : 'no',
  };
}

function round(value: number): number {
  return Number(value.toPrecision(value >= 1000 ? 4 : 3));
}

/** The dearest packages and functions of a profile. */
function showProfile(file: string): void {
  console.log(file);
  for (const by of ['package', 'function'] as const) {
    const shares = Object.entries(sharesOf(file, by)).slice(0, SHOWN);
    console.table(mapValues(Object.fromEntries(shares), (share) => mapValues(share, round)));
  }
}

function writeResults(): void {
  const machine = {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    node: process.version,
  };
  const all = { date: new Date().toISOString(), machine, rows: results };
  writeFileSync(join(import.meta.dirname, 'results.json'), `${JSON.stringify(all, null, 2)}\n`);
}
