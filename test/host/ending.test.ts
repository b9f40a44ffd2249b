/** Ends that nobody asked for: errors that nothing caught, and a log that cannot be written. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'tap';
import { freePort } from '../../engines/port.ts';
import { startProcess } from '../process.ts';
import { eventually, openTestEnvironment } from '../support.ts';

const FAILING = join(import.meta.dirname, 'failing.ts');
const ENTRY = join(import.meta.dirname, '..', '..', 'millrace.mjs');

for (const [signal, message] of [
  ['SIGUSR2', 'thrown where nothing catches'],
  ['SIGHUP', 'rejected where nothing catches'],
] as const) {
  test(`an error ${message} is logged, and ends the process with status 70`, async (t) => {
    const env = await openTestEnvironment(t);
    const process = await startProcess(t, env, {}, FAILING);
    t.equal(await process.end(signal), 70);
    const fatal = process.logs.filter(({ level }) => level === 60);
    t.match(fatal, [{ err: { message, stack: /failing\.ts/ } }]);
  });
}

test('a shop whose log cannot be written goes on, says so once, and stops when it is told to', async (t) => {
  const { environment } = await openTestEnvironment(t);
  const PORT = String(await freePort());
  const env = { ...process.env, ...environment, PORT, LOG_LEVEL: 'debug' };
  const child = spawn(process.execPath, [ENTRY, 'start'], {
    env,
    stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
  });
  const exited = once(child, 'exit') as Promise<[number]>;
  t.teardown(() => child.kill('SIGKILL'));
  const stderr = text(child.stderr!);
  await eventually('it is ready', async () => {
    const answer = await fetch(`http://127.0.0.1:${PORT}/readyz`).catch(() => undefined);
    return answer?.status === 200;
  });
  child.kill('SIGTERM');
  t.equal((await exited)[0], 0);
  const said = (await stderr).match(/The log cannot be written: ENOSPC/g);
  t.equal(said?.length, 1);
});
