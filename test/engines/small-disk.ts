/** A disk of a test's own, small enough to be filled. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';

const BLOCK = Buffer.alloc(4096);

/** Why a test that needs a disk of its own is left out; false where it is not. */
export const MOUNTLESS = mayMount() ? false : 'this user may not mount a disk';

/** Mounts a disk of that size, such as `64k`, for the test's time; gives its directory. */
export function mount(t: Test, size: string): string {
  const disk = mkdtempSync(join(tmpdir(), 'millrace-disk-'));
  mountOn(disk, size);
  t.teardown(() => unmount(disk));
  return disk;
}

/** Fills a disk to the last byte; gives how it is emptied again. */
export function fill(disk: string): () => void {
  const file = join(disk, 'filler');
  const filler = openSync(file, 'w');
  try {
    for (;;) writeSync(filler, BLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
  closeSync(filler);
  return () => rmSync(file);
}

function mayMount(): boolean {
  const disk = mkdtempSync(join(tmpdir(), 'millrace-disk-'));
  const may = mountOn(disk, '64k');
  if (may) unmount(disk);
  else rmdirSync(disk);
  return may;
}

function mountOn(disk: string, size: string): boolean {
  const options = ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk];
  return spawnSync('mount', options).status === 0;
}

function unmount(disk: string): void {
  spawnSync('umount', ['--lazy', disk]);
  rmdirSync(disk);
}
