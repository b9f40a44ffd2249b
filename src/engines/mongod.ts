/** A MongoDB of our own: how it is started, and how it shows that it serves. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import type { EngineProgram } from './engine.ts';

/** How long one question whether it serves may take. Milliseconds. */
const PROBE_BOUND_MS = 1_000;

/** Says how `mongod` runs on that port with its data under `dataDir/mongodb`. */
export function mongodProgram(command: string, dataDir: string, port: number): EngineProgram {
  const directory = join(dataDir, 'mongodb');
  const logFile = join(dataDir, 'mongodb.log');
  mkdirSync(directory, { recursive: true });
  const url = `mongodb://127.0.0.1:${port}`;
  return {
    name: 'mongodb',
    command,
    args: [
      ['--dbpath', directory],
      // Reached from this machine only, over TCP only (it would put its socket into /tmp).
      ['--bind_ip', '127.0.0.1', '--port', String(port), '--nounixsocket'],
      // Appended to: without this option each start leaves one more file behind.
      ['--logpath', logFile, '--logappend', '--quiet'],
      // Its flight recorder would keep up to 200 MB beside the data; under Wine it does not work.
      ['--setParameter', 'diagnosticDataCollectionEnabled=false'],
    ].flat(),
    logFile,
    // Clean everywhere; under Wine SIGTERM would end it without a word to its journal.
    stopSignal: 'SIGINT',
    url,
    isReady: () => answersPing(url),
  };
}

async function answersPing(url: string): Promise<boolean> {
  const client = new MongoClient(url, {
    directConnection: true,
    serverSelectionTimeoutMS: PROBE_BOUND_MS,
  });
  try {
    await client.db('admin').command({ ping: 1 });
    return true;
  } catch {
    return false;
  } finally {
    await client.close();
  }
}
