/** Downloads MongoDB's own build: `node download.mjs VERSION DOWNLOAD_DIRECTORY TARGET_FILE`. */
import { copyFileSync } from 'node:fs';
import { MongoBinary } from 'mongodb-memory-server-core';

const [version, downloadDir, target] = process.argv.slice(2);
if (!version || !downloadDir || !target) {
  throw new Error('Usage: node download.mjs VERSION DOWNLOAD_DIRECTORY TARGET_FILE');
}

try {
  copyFileSync(await MongoBinary.getPath({ version, downloadDir }), target);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
