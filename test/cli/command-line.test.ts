/** The command line: every command says what it takes, and what was called wrongly is refused in words. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { test } from 'tap';
import { modules } from '../../modules/index.ts';
import { runCommandLine } from '../../src/cli/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import { openEngines } from '../../src/runtime/engines.ts';

const MILLRACE = join(import.meta.dirname, '..', '..', 'millrace.mjs');

/** Runs the command line in this process, with nothing of an environment. */
async function run(...args: string[]) {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const status = await runCommandLine(args, {
    modules,
    environment: {},
    print: (line) => void stdout.push(line),
    printError: (line) => void stderr.push(line),
  });
  return { status, stdout: stdout.join('\n'), stderr: stderr.join('\n') };
}

const overview = await run('--help');
const commands = [...overview.stdout.matchAll(/^ {2}(\S+) {2}/gm)].map(([, name = '']) => name);

test('--help names the commands of the host and of the modules', async (t) => {
  t.match(overview, { status: 0, stderr: '' });
  t.same(commands.toSorted(), ['access', 'import', 'rebuild', 'start']);
});

for (const name of commands) {
  test(`${name}: --help says what it takes; an option that it does not have is refused`, async (t) => {
    const help = await run(name, '--help');
    t.match(help, { status: 0, stderr: '' });
    t.match(help.stdout, new RegExp(`^millrace ${name}\\b[^]*Exit status: 0 `));
    t.same(await run(name, 'something', '-h'), help, 'wherever it stands');
    t.match(await run(name, '--wrong'), {
      status: 2,
      stdout: '',
      stderr: new RegExp(`--wrong[^]*millrace ${name} --help says more`),
    });
  });
}

test('an argument too few or too many is refused', async (t) => {
  t.match(await run('rebuild'), { status: 2, stderr: /Name the module: order-history\./ });
  t.match(await run('rebuild', 'order-history', 'orders'), { status: 2, stderr: /orders/ });
  t.match(await run('start', 'orders'), { status: 2, stderr: /'orders'/ });
});

test('a command that there is not is refused, with those that there are', async (t) => {
  t.match(await run('imprt'), { status: 2, stdout: '', stderr: /no command imprt.*import/ });
  t.match(await run(), { status: 2, stdout: '', stderr: overview.stdout });
});

test('the entry is a program, and ends with the status of its command', async (t) => {
  const env = { PATH: process.env['PATH'] };
  const failed = await promisify(execFile)(MILLRACE, ['rebuild'], { env }).then(
    () => undefined,
    (error: { code: number; stderr: string }) => error,
  );
  t.match(failed, { code: 2, stderr: /Name the module/ });
});

test('a reader that has read enough, such as head, is no failure', async (t) => {
  const child = spawn(process.execPath, [MILLRACE, '--help'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  const [stderr, [status]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  t.same({ status, stderr }, { status: 0, stderr: '' });
});

test('where an engine is not named and nothing can start it, the URL to set is said', async (t) => {
  const config = loadConfig({ REDIS_URL: 'redis://elsewhere' });
  await t.rejects(openEngines(config, undefined, { log: pino({ level: 'silent' }) }), {
    code: 'CONFIG_INVALID',
    message: /Set MONGODB_URL to/,
  });
});
