/** The entry that prints the rights of a process: `node access.ts payments`. */
import { modules } from './modules/index.ts';
import { printAccess } from './src/access/command.ts';

process.exitCode = printAccess({
  modules,
  names: process.argv.slice(2),
  environment: process.env,
  print: (text) => process.stdout.write(`${text}\n`),
});
