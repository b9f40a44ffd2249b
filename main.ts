/** The entry of a Millrace process: `node main.ts`. */
import { modules } from './modules/index.ts';
import { run } from './src/run.ts';

await run(modules, process.env);
