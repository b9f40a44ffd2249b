/** The entry of a rebuild: `node rebuild.ts order-history`. */
import { modules } from './modules/index.ts';
import { runRebuild } from './src/rebuild.ts';

process.exitCode = await runRebuild({
  modules,
  name: process.argv[2],
  environment: process.env,
  print: (line) => process.stdout.write(`${line}\n`),
});
