/** `millrace import`: what it takes, and what it says. */
import { createReadStream, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { UsageError, type CommandCode, type ModuleContext, type RunJob } from '#host';
import { readCsv } from './csv.ts';
import { importProducts, type Summary } from './import.ts';
import { DEFAULT_STOCK } from './line.ts';
import { readLines } from './lines.ts';
import { loadMapping, type Mapping } from './mapping.ts';
import { messageOf } from './message.ts';
import { picturesIn } from './pictures.ts';
import { openCatalogue } from '../catalogue/store.ts';

/** Exit statuses: all was imported, some was not, stopped by a signal. */
const EXIT = { good: 0, bad: 1, stopped: 130 };

const HELP = `millrace import FILE.ndjson [--images DIR] [--dry-run]
millrace import FILE.csv --mapping MAPPING [--images DIR] [--dry-run]

Imports products into the catalogue.

FILE.ndjson holds one product a line, as JSON in UTF-8:
  productId           required; 1 to 64 letters, digits or _ . -, but none of . ..
                      low-stock suggestions
  price               required; an integer, in the smallest unit of the currency
  productDisplayName  required; up to 200 characters
  stockQty            an integer; default ${DEFAULT_STOCK}
  variantName, brandName, ageGroup, gender, season, usage, masterCategory_typeName,
  subCategory_typeName, displayCategories, productColors and productSizes (with commas between),
  productDescriptors_description_value (HTML, of which only simple mark-up is kept)
Names show something, and hold no control characters or overrides of the direction of text. Other
fields are ignored; no address is fetched.

--mapping MAPPING says which columns of a CSV file hold these fields: shopify, woocommerce or medusa for
an export of these, or a JSON file (docs/guides/import.md says what it holds). Columns are separated by
, ; or tabs; the file is in UTF-8. Prices of CSV are in units of the currency, with at most
CURRENCY_DECIMALS decimals.

--images DIR takes the pictures DIR/<productId>.webp, .png, .jpg, .jpeg, .avif or .gif, up to 2 MiB
and 50 million pixels each, and says which files it passes over. A product keeps its picture where DIR
has none of it.

--dry-run reports the same, and writes nothing.

Importing again changes what has changed and leaves the rest alone. Products that are not in the file
stay. The stock of a product that is there already stays as it is, whatever the file says: an import
must not undo sales. What the operator has changed of a product stays until its line, or its picture,
is another than at the last import; then all details are the line's. The first import takes the sample
catalogue out of the shop.

Lines that do not fit are reported on standard error, and the others imported.
Exit status: 0 all was imported, 1 some was not, 2 it was called wrongly.`;

const AGAIN = 'Import the file again to go on: nothing is doubled.';

/** Files that are skipped and named. */
const MAX_NAMED = 10;

interface Arguments {
  file: string;
  images: string | undefined;
  /** Undefined: the file holds JSON. */
  mapping: Mapping | undefined;
  dryRun: boolean;
}

export const importCommand: CommandCode<RunJob> = {
  help: HELP,
  async run(args, runModuleJob) {
    const given = parseArguments(args);
    return runModuleJob((context) => importFile(context, given));
  },
};

/** @throws UsageError, or what `parseArgs` throws */
function parseArguments(given: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...given],
    allowPositionals: true,
    options: {
      images: { type: 'string' },
      mapping: { type: 'string' },
      'dry-run': { type: 'boolean' },
    },
  });
  const { images, 'dry-run': dryRun = false } = values;
  const [file, ...more] = positionals;
  if (file === undefined) throw new UsageError('Name the file to import.');
  if (more.length > 0) throw new UsageError(`Name one file; ${more.join(' ')} is too much.`);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new UsageError(`There is no file ${file}. Name one that holds a product a line.`);
  if (images !== undefined && !statSync(images, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`There is no directory ${images}. Name one that holds the pictures.`);
  if (values.mapping === undefined && /\.(?:csv|tsv)$/iu.test(file))
    throw new UsageError(`Name the mapping of ${file} by --mapping.`);
  const mapping = values.mapping === undefined ? undefined : loadMapping(values.mapping);
  if (mapping && 'problem' in mapping) throw new UsageError(mapping.problem);
  return { file, images, mapping, dryRun };
}

/**
 * Imports a file and gives the exit status; bad lines go to standard error, the summary to standard
 * output. What stops it before the end is said, too: the file can be imported again at any time.
 */
async function importFile(
  context: ModuleContext,
  { file, images, mapping, dryRun }: Arguments,
): Promise<number> {
  const started = performance.now();
  const catalogue = openCatalogue(context);
  const { currency, decimals } = catalogue.unit;
  const { stderr } = process;
  const clear = stderr.isTTY ? '\r\x1b[K' : '';
  const note = (text: string) => stderr.write(`${clear}${text}\n`);
  let summary: Summary;
  try {
    const chunks = createReadStream(file);
    const pictures = images === undefined ? undefined : picturesIn(images);
    summary = await importProducts(catalogue, {
      signal: context.signal,
      lines: mapping ? readCsv(chunks, { mapping, currency, decimals, note }) : readLines(chunks),
      pictures: pictures?.take,
      dryRun,
      report: (line, problem) => stderr.write(`${clear}line ${line}: ${problem}\n`),
      progress: (soFar) => clear && stderr.write(`${clear}${describe(soFar)}`),
    });
    if (pictures && !summary.stopped) notePassedOver(pictures.left(), note);
  } catch (error) {
    context.log.debug({ err: error }, 'the import failed');
    stderr.write(`${clear}The import failed: ${messageOf(error)}. ${AGAIN}\n`);
    return EXIT.bad;
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  stderr.write(clear);
  const written = dryRun ? '; nothing was written, since it was a dry run' : '';
  process.stdout.write(`${describe(summary)}, ${seconds} seconds${written}\n`);
  if (summary.stopped) {
    stderr.write(`Stopped before the end. ${AGAIN}\n`);
    return EXIT.stopped;
  }
  return summary.bad + summary.badPictures > 0 ? EXIT.bad : EXIT.good;
}

function notePassedOver(files: readonly string[], note: (text: string) => void): void {
  if (files.length === 0) return;
  const more = files.length > MAX_NAMED ? ` and ${files.length - MAX_NAMED} more` : '';
  const named = files.slice(0, MAX_NAMED).join(', ') + more;
  note(`No picture of an imported product, and passed over: ${named}`);
}

function describe(summary: Summary): string {
  const { new: added, changed, unchanged, bad, pictures, badPictures } = summary;
  const parts = [`${added} new`, `${changed} changed`, `${unchanged} unchanged`, `${bad} bad`];
  const refused = badPictures > 0 ? `, ${badPictures} pictures not taken` : '';
  return `${parts.join(', ')}, ${pictures} pictures${refused}`;
}
