/** The log file of an engine: kept small, and read when the engine fails. */
import { closeSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs';

/** A log larger than this is set aside when its engine starts; one earlier log is kept. Bytes. */
const LARGEST_LOG = 5 * 1024 * 1024;

/** How much of a failed engine's log its error shows. */
const TAIL_BYTES = 8 * 1024;
const TAIL_LINES = 8;

/** Sets a log that has grown large aside as `FILE.1`, in place of the one before. */
export function rotateLog(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LARGEST_LOG) renameSync(file, `${file}.1`);
}

/** The last lines of a log, for an error's message. */
export function lastLines(file: string): string {
  const log = openSync(file, 'r');
  try {
    const { size } = fstatSync(log);
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(log, bytes, 0, bytes.length, size - bytes.length);
    const lines = bytes.toString('utf8').trimEnd().split(/\r?\n/);
    return lines
      .slice(-TAIL_LINES)
      .map((line) => `  ${line}`)
      .join('\n');
  } finally {
    closeSync(log);
  }
}
