/** The benchmark runs: each row in its short form, whatever it finds. Told to end, it ends all that it started. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { t as file, test } from 'tap';
import { rows } from '../bench/rows/index.ts';
import { livingHolder } from '../engines/lock.ts';
import { identify, isAlive } from '../engines/process.ts';
import { eventually } from './support.ts';

const RUN = join(import.meta.dirname, '..', 'bench', 'run.ts');
/** How long engines and a program may take to start on a busy machine, in ms. */
const STARTED_WITHIN_MS = 120_000;

// Its rows take two minutes together, more than tap gives a file that is run alone.
file.setTimeout(600_000);

for (const { name, measure } of rows) {
  test(`the row ${name} is measured`, async (t) => {
    const { findings } = await measure({ short: true, rounds: 1 });
    t.ok(findings.length > 0);
    for (const { what, ours, peer } of findings) {
      t.ok(Number.isFinite(ours), `${what}: ${ours}`);
      if (peer) t.ok(Number.isFinite(peer.value), `${peer.name}: ${peer.value}`);
    }
  });
}

test('a benchmark that is told to end leaves no engine, program or file', async (t) => {
  const directory = t.testdir();
  const benchmark = spawn(process.execPath, [RUN, 'idle'], {
    env: { ...process.env, TMPDIR: directory },
    stdio: 'ignore',
  });
  const exited = once(benchmark, 'exit');
  const started = await eventually(
    'engines and a program run',
    () => {
      const [log] = globSync('millrace-bench-*/*.log', { cwd: directory });
      const [, pid] = log
        ? (/"pid":(\d+)/.exec(readFileSync(join(directory, log), 'utf8')) ?? [])
        : [];
      if (!log || !pid) return false;
      const engines = livingHolder(join(directory, log, '..', 'data'))?.engines ?? [];
      return [identify(Number(pid)), ...engines.map((engine) => engine.process)];
    },
    STARTED_WITHIN_MS,
  );
  t.equal(started.filter(isAlive).length, 3);
  benchmark.kill('SIGTERM');
  await exited;
  t.same(started.filter(isAlive), []);
  t.same(globSync('millrace-bench-*', { cwd: directory }), []);
});
