/** An import: lines to products, a batch at a time. */
import { MARK_CHANGED, type Catalogue } from '../catalogue/store.ts';
import { itemOf, parseLine, type ImportItem } from './line.ts';
import type { Line } from './lines.ts';
import { storePictures, type PictureSource } from './pictures.ts';
import { rehearsal, writeBatch, type Outcomes } from './write.ts';

/** A batch is written when it has so many lines, or so much text in characters. */
const BATCH_LINES = 1000;
/** Likewise where pictures come along, which take longer to store: so that its progress is seen. */
const BATCH_PICTURED = 100;
const BATCH_CHARACTERS = 16 * 1024 * 1024;

export interface Import {
  lines: AsyncIterable<Line> | Iterable<Line>;
  pictures?: PictureSource | undefined;
  /** Whether these are the sample products, which an import of others replaces. */
  sample?: boolean;
  /** Who imports; null: the command line. */
  by?: string | null;
  /** Whether nothing is written, and all is reported as if it were. */
  dryRun?: boolean;
  /** Gets each line that is not imported, or whose picture is not. */
  report: (line: number, problem: string) => void;
  /** Ends the import after the batch that is being written. */
  signal?: AbortSignal;
  /** Called after each batch, and after as many lines that do not fit. */
  progress?: (summary: Summary) => void;
}

export interface Summary extends Outcomes {
  /** Lines that were not imported. */
  bad: number;
  /** Pictures that were stored, as new or changed. */
  pictures: number;
  badPictures: number;
  /** The process was told to stop, so what follows the last batch was not read. */
  stopped: boolean;
}

/**
 * Imports products. A product whose details are stored already is neither written nor published; the
 * stock of a product that is stored already stays. Of lines with the same id the later one wins.
 */
export async function importProducts(catalogue: Catalogue, options: Import): Promise<Summary> {
  const { lines, pictures, sample = false, by = null, dryRun = false } = options;
  const { report, progress, signal } = options;
  const write = dryRun ? rehearsal(catalogue) : writeBatch.bind(undefined, catalogue);
  const summary: Summary = {
    new: 0,
    changed: 0,
    unchanged: 0,
    bad: 0,
    pictures: 0,
    badPictures: 0,
    stopped: false,
  };
  const batchLines = pictures ? BATCH_PICTURED : BATCH_LINES;
  let items: ImportItem[] = [];
  let characters = 0;

  async function flush(): Promise<void> {
    const stored = pictures && (await takePictures(pictures));
    const pictured = stored?.pictured ?? new Set<string>();
    const outcomes = await write({ items, pictured, sample, by });
    summary.new += outcomes.new;
    summary.changed += outcomes.changed;
    summary.unchanged += outcomes.unchanged;
    summary.pictures += stored?.written ?? 0;
    items = [];
    characters = 0;
    progress?.(summary);
  }

  /** Before the products, so that none says that it has a picture which is not there yet. */
  function takePictures(source: PictureSource) {
    const lineOf = new Map(items.map(({ productId, line }) => [productId, line]));
    return storePictures(catalogue, {
      productIds: lineOf.keys(),
      source,
      dryRun,
      report(productId, problem) {
        summary.badPictures += 1;
        report(lineOf.get(productId) ?? 0, `imported without its picture: ${problem}`);
      },
    });
  }

  for await (const line of lines) {
    summary.stopped = signal?.aborted === true;
    if (summary.stopped) break;
    const item = read(line);
    if ('problem' in item) {
      summary.bad += 1;
      report(line.number, item.problem);
      if (summary.bad % BATCH_LINES === 0) progress?.(summary);
      continue;
    }
    items.push(item);
    characters += sizeOf(line);
    if (items.length >= batchLines || characters >= BATCH_CHARACTERS) await flush();
  }
  await flush();
  if (!sample && !dryRun && summary.new + summary.changed + summary.unchanged > 0)
    await retireSample(catalogue);
  return summary;
}

function read(line: Line): ImportItem | { problem: string } {
  if ('problem' in line) return line;
  return 'text' in line ? parseLine(line.number, line.text) : itemOf(line.number, line.value);
}

function sizeOf(line: Line): number {
  if ('text' in line) return line.text.length;
  return 'size' in line ? line.size : 0;
}

/**
 * Takes the sample products out of the shop, now that it has its own. What was ordered of them is
 * still paid, sent or given back; nothing more of them can be ordered.
 */
async function retireSample({ products, cache }: Catalogue): Promise<void> {
  const shown = { sample: true, retired: { $ne: true } };
  const retiring = await products.find(shown, { projection: { _id: 1 } }).toArray();
  if (retiring.length === 0) return;
  await products.updateMany(shown, { $set: { retired: true, stockQty: 0 }, ...MARK_CHANGED });
  await cache.dropWritten(retiring.map(({ _id }) => _id));
}
