/** The directory that holds the data of our own engines: what keeps it from being written. */
import { statfs } from 'node:fs/promises';
import { engineError } from './errors.ts';

/**
 * With less than this free, an engine that fails is taken to fail for it: MongoDB makes its journal
 * in files of 100 MB. Bytes.
 */
const FULL_BELOW = 128_000_000;

/** Says that the disk is full, with what is free; undefined where there is space. */
export async function fullDisk(dataDir: string): Promise<string | undefined> {
  const free = await freeBytes(dataDir);
  return free !== undefined && free < FULL_BELOW ? diskIsFull(dataDir, free) : undefined;
}

/**
 * Makes an error that names DATA_DIR of one that using it had.
 * @returns DATA_DIR_UNUSABLE for an error of the file system, others as they are
 */
export async function dataDirError(error: unknown, dataDir: string): Promise<unknown> {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) {
    const full = error instanceof Error && (await fullDisk(dataDir));
    return full ? Object.assign(error, { message: `${full}\n${error.message}` }) : error;
  }
  const other = 'set DATA_DIR to another directory.';
  const path = 'path' in error ? String(error.path) : dataDir;
  const said: Record<string, string> = {
    ENOSPC: diskIsFull(dataDir, await freeBytes(dataDir)),
    EDQUOT: `DATA_DIR is ${dataDir}, where this user's quota is used up. Free some space, or ${other}`,
    EROFS: `DATA_DIR is ${dataDir}, on a file system that is read-only. Mount it writable, or ${other}`,
    EACCES: `DATA_DIR is ${dataDir}, which this user may not write to. Give it the right, or ${other}`,
    EEXIST: `DATA_DIR is ${dataDir}, but ${path} is a file and no directory. Remove that, or ${other}`,
  };
  const reason =
    said[String(error.code)] ??
    `DATA_DIR is ${dataDir}, which cannot be used (${error.message}). Mend that, or ${other}`;
  return engineError('DATA_DIR_UNUSABLE', reason);
}

function diskIsFull(dataDir: string, free: number | undefined): string {
  const left = free === undefined ? '' : `: ${Math.floor(free / 1_000_000)} MB free`;
  return `The disk that holds DATA_DIR (${dataDir}) is full${left}. Free some space there.`;
}

/** What a user without rights of an administrator may still fill. */
async function freeBytes(dataDir: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(dataDir);
    return bavail * bsize;
  } catch {
    return undefined; // the directory is not there, or does not answer
  }
}
