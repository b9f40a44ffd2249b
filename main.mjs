/** The entry of a Millrace process: `node main.mjs`. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Stripping types and compiling is a third of a start. (This file has no types: it comes before the cache.)
// Where nothing can be written, nothing is kept.
enableCompileCache(join(import.meta.dirname, 'node_modules', '.cache', 'millrace'));
const [{ modules }, { run }] = await Promise.all([
  import('./modules/index.ts'),
  import('./src/run.ts'),
]);
await run(modules, process.env);
