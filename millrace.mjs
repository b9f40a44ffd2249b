#!/usr/bin/env -S node --max-semi-space-size=8
/** The entry of Millrace: `millrace start` and its other commands. */
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Stripping types and compiling is a third of a start. (This file has no types: it comes before the cache.)
// Where nothing can be written, nothing is kept.
enableCompileCache(join(import.meta.dirname, 'node_modules', '.cache', 'millrace'));
const [{ modules }, { runCommandLine }] = await Promise.all([
  import('./modules/index.ts'),
  import('./src/cli/index.ts'),
]);

/** @type {import('./src/runtime/engines.ts').StartEngines} */
const startEngines = async (request) => (await import('./engines/index.ts')).startEngines(request);

// Whoever has read enough, such as head, closes the pipe; the command still does what it is to do.
process.stdout.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
  if (error.code !== 'EPIPE') throw error;
});

const status = await runCommandLine(process.argv.slice(2), {
  modules,
  environment: process.env,
  // The image of the application alone has no engines, nor what starts them.
  startEngines: existsSync(join(import.meta.dirname, 'engines')) ? startEngines : undefined,
  print: (text) => process.stdout.write(`${text}\n`),
  printError: (text) => process.stderr.write(`${text}\n`),
});
// A shop that runs sets its own when it ends.
if (status !== 0) process.exitCode = status;
