/** Runs the test files that are named, from the folder that it is started in, in this process. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

// Tap names a test's directory after all arguments, and takes those that stay: one is unique, all are too long.
const others = process.argv.splice(3);
for (const file of [...process.argv.slice(2), ...others])
  await import(pathToFileURL(resolve(file)).href);
