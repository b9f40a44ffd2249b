/** The connection to MongoDB, where what is acknowledged is on disk, and its errors. */
import { MongoBulkWriteError, MongoClient, MongoServerError } from 'mongodb';

/** How long an operation waits for a server that can take it, in ms; then the caller is told. */
const SERVER_SELECTION_MS = 5000;
/** How long a server that has taken an operation may keep silent, in ms; then it counts as away. */
const SOCKET_TIMEOUT_MS = 15_000;

/**
 * Connects to MongoDB. A write counts as done when a majority has it in the journal: an order that
 * was answered 202 outlives the crash of any one server.
 *
 * @throws Error that says why MongoDB was not reached.
 */
export async function connectMongodb(url: string): Promise<MongoClient> {
  const client = new MongoClient(url, {
    appName: 'millrace',
    serverSelectionTimeoutMS: SERVER_SELECTION_MS,
    socketTimeoutMS: SOCKET_TIMEOUT_MS,
    writeConcern: { w: 'majority', journal: true },
    ignoreUndefined: true,
  });
  try {
    return await client.connect();
  } catch (error) {
    await client.close();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`MongoDB cannot be reached: ${reason}. Start it, or correct MONGODB_URL.`, {
      cause: error,
    });
  }
}

/** Writes to the host's own database; rejects where MongoDB does not take it. */
export async function probeWrites(mongodb: MongoClient, databasePrefix: string): Promise<void> {
  const probes = mongodb.db(`${databasePrefix}host`).collection<{ _id: string }>('probes');
  await probes.updateOne({ _id: 'probe' }, { $currentDate: { at: true } }, { upsert: true });
}

/** MongoDB's code for a second document with a value that must be unique. */
const DUPLICATE_KEY = 11000;

/**
 * Whether a write failed only because of values that must be unique and were there already. Of an
 * unordered bulk write, everything else was written then.
 */
export function isDuplicateKey(error: unknown): boolean {
  if (!(error instanceof MongoServerError) || error.code !== DUPLICATE_KEY) return false;
  if (!(error instanceof MongoBulkWriteError)) return true;
  // A bulk write that lost its connection has this class too, with no list of what failed.
  const failures = [error.writeErrors].flat();
  return failures.length > 0 && failures.every(({ code }) => code === DUPLICATE_KEY);
}

/** Passes over the error of a collection that another process has made already. */
export function ignoreExisting(error: { codeName?: string }): void {
  if (error.codeName !== 'NamespaceExists') throw error;
}
