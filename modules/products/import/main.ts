/** The entry of the importer: `node modules/products/import/main.ts FILE [--mapping MAPPING] [--images DIR]`. */
import { runTask } from '#host';
import { products } from '../index.ts';
import { EXIT, importFile, parseArguments } from './command.ts';

const given = parseArguments(process.argv.slice(2));
if ('help' in given) {
  process.stdout.write(given.help);
} else if ('problem' in given) {
  process.stderr.write(`${given.problem}\nnpm run import -- --help says more.\n`);
  process.exitCode = EXIT.usage;
} else {
  process.exitCode = await runTask(products, process.env, (context) => importFile(context, given));
}
