/** A data directory that cannot be used: the message names DATA_DIR, what is wrong and what to do. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { startEngines } from '../../engines/index.ts';
import { emptyDirectory, log } from './support.ts';
import { fill, MOUNTLESS, mount } from './small-disk.ts';

const refuses = (dataDir: string) =>
  startEngines({ dataDir, log, mongodbUrl: 'mongodb://elsewhere' });

test('a file where the directory should be, or on the way to it', async (t) => {
  const file = join(emptyDirectory(t), 'file');
  writeFileSync(file, '');
  await t.rejects(refuses(file), {
    code: 'DATA_DIR_UNUSABLE',
    message: `DATA_DIR is ${file}, but ${file} is a file and no directory. Remove that, or set DATA_DIR to another directory.`,
  });
  const below = join(file, 'below');
  await t.rejects(refuses(below), {
    code: 'DATA_DIR_UNUSABLE',
    message: `DATA_DIR is ${below}, but ${file} is a file and no directory. Remove that, or set DATA_DIR to another directory.`,
  });
});

test('a place where nobody may make a directory', async (t) => {
  await t.rejects(refuses('/proc/millrace'), {
    code: 'DATA_DIR_UNUSABLE',
    message: /^DATA_DIR is \/proc\/millrace, which .* set DATA_DIR to another directory\.$/,
  });
});

test('a file system that is read-only', { skip: MOUNTLESS }, async (t) => {
  const disk = mount(t, '1m');
  mkdirSync(join(disk, 'data'));
  spawnSync('mount', ['-o', 'remount,ro', disk]);
  for (const name of ['data', 'new'])
    await t.rejects(refuses(join(disk, name)), {
      code: 'DATA_DIR_UNUSABLE',
      message: /^DATA_DIR is .*, on a file system that is read-only\. Mount it writable/,
    });
});

test('a disk that is full at the start', { skip: MOUNTLESS }, async (t) => {
  const disk = mount(t, '64k');
  const empty = fill(disk);
  const full = /^The disk that holds DATA_DIR \(.*\) is full: 0 MB free\. Free some space there\./;
  await t.rejects(refuses(disk), { code: 'DATA_DIR_UNUSABLE', message: full });
  empty();
});

test(
  'an engine that does not start on a disk with little space: both are said',
  { skip: MOUNTLESS },
  async (t) => {
    const disk = mount(t, '1m');
    const bin = join(emptyDirectory(t), 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'redis-server'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const mongodbUrl = 'mongodb://elsewhere';
    const start = startEngines({ dataDir: disk, log, mongodbUrl, searchEnv: { PATH: bin } });
    await t.rejects(start, {
      code: 'ENGINE_FAILED',
      message:
        /^The disk that holds DATA_DIR .* is full: 1 MB free[^]*redis ended before it was ready/,
    });
  },
);
