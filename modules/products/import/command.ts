/** The command line of the importer: what it takes, and what it says. */
import { createReadStream, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { ModuleContext } from '#host';
import { importProducts, type Summary } from './import.ts';
import { DEFAULT_STOCK } from './line.ts';
import { readLines } from './lines.ts';
import { messageOf } from './message.ts';
import { picturesIn } from './pictures.ts';

/** Exit statuses: all was imported, some was not, nothing was tried, stopped by a signal. */
export const EXIT = { good: 0, bad: 1, usage: 2, stopped: 130 };

export const USAGE = `Imports products into the catalogue.

  npm run import -- FILE.ndjson [--images DIR]

FILE.ndjson holds one product a line, as JSON in UTF-8:
  productId           required; 1 to 64 letters, digits or _ . -, but not . or .. or low-stock
  price               required; an integer, in the smallest unit of the currency
  productDisplayName  required; up to 200 characters
  stockQty            an integer; default ${DEFAULT_STOCK}
  variantName, brandName, ageGroup, gender, season, usage, masterCategory_typeName,
  subCategory_typeName, displayCategories and productColors (with commas between),
  productDescriptors_description_value (HTML, of which only simple mark-up is kept)
Names show something, and hold no control characters or overrides of the direction of text. Other
fields are ignored; no address is fetched.

--images DIR takes the pictures DIR/<productId>.webp, .png, .jpg, .jpeg, .avif or .gif, up to 2 MiB
each. A product keeps its picture where DIR has none of it.

Importing again changes what has changed and leaves the rest alone. Products that are not in the file
stay. The stock of a product that is there already stays as it is, whatever the file says: an import
must not undo sales. What the operator has changed of a product stays until its line, or its picture,
is another than at the last import; then all details are the line's. The first import takes the sample catalogue out of the shop.

Lines that do not fit are reported on standard error, and the others imported.
Exit status: 0 all was imported, 1 some was not, 2 it was called wrongly.
`;

const AGAIN = 'Import the file again to go on: nothing is doubled.';

export interface Arguments {
  file: string;
  images: string | undefined;
}

/** Reads the arguments: gives them, the text of --help, or what is wrong with them. */
export function parseArguments(
  given: readonly string[],
): Arguments | { help: string } | { problem: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...given],
      allowPositionals: true,
      options: { images: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) return { help: USAGE };
    const [file, ...more] = positionals;
    if (file === undefined) return { problem: 'Name the file to import.' };
    if (more.length > 0) return { problem: `Name one file; ${more.join(' ')} is too much.` };
    if (!statSync(file, { throwIfNoEntry: false })?.isFile())
      return { problem: `There is no file ${file}. Name one that holds a product a line.` };
    const { images } = values;
    if (images !== undefined && !statSync(images, { throwIfNoEntry: false })?.isDirectory())
      return { problem: `There is no directory ${images}. Name one that holds the pictures.` };
    return { file, images };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

/**
 * Imports a file and gives the exit status; bad lines go to standard error, the summary to standard
 * output. What stops it before the end is said, too: the file can be imported again at any time.
 */
export async function importFile(
  context: ModuleContext,
  { file, images }: Arguments,
): Promise<number> {
  const started = performance.now();
  const { stderr } = process;
  const clear = stderr.isTTY ? '\r\x1b[K' : '';
  let summary: Summary;
  try {
    summary = await importProducts(context, {
      lines: readLines(createReadStream(file)),
      pictures: images === undefined ? undefined : picturesIn(images),
      report: (line, problem) => stderr.write(`${clear}line ${line}: ${problem}\n`),
      progress: (soFar) => clear && stderr.write(`${clear}${describe(soFar)}`),
    });
  } catch (error) {
    context.log.debug({ err: error }, 'the import failed');
    stderr.write(`${clear}The import failed: ${messageOf(error)}. ${AGAIN}\n`);
    return EXIT.bad;
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  stderr.write(clear);
  process.stdout.write(`${describe(summary)}, ${seconds} seconds\n`);
  if (summary.stopped) {
    stderr.write(`Stopped before the end. ${AGAIN}\n`);
    return EXIT.stopped;
  }
  return summary.bad + summary.badPictures > 0 ? EXIT.bad : EXIT.good;
}

function describe(summary: Summary): string {
  const { new: added, changed, unchanged, bad, pictures, badPictures } = summary;
  const parts = [`${added} new`, `${changed} changed`, `${unchanged} unchanged`, `${bad} bad`];
  const refused = badPictures > 0 ? `, ${badPictures} pictures not taken` : '';
  return `${parts.join(', ')}, ${pictures} pictures${refused}`;
}
