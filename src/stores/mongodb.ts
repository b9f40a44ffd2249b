/** The connection to MongoDB, where what is acknowledged or read is on disk, and its errors. */
import {
  MongoBulkWriteError,
  MongoClient,
  MongoServerError,
  MongoServerSelectionError,
  ServerType,
  type Collection,
  type WithId,
} from 'mongodb';
import { asError } from '../bus/errors.ts';
import { explainUnreached } from './refusals.ts';

/** How long an operation waits for a server that can take it, in ms; then the caller is told. */
const SERVER_SELECTION_MS = 5000;
/** How long a server that has taken an operation may keep silent, in ms; then it counts as away. */
const SOCKET_TIMEOUT_MS = 15_000;

/**
 * Connects to MongoDB. A write counts as done when a majority has it in the journal, and only what is
 * done is read: an order that was answered 202, a repeat of the call included, outlives the crash of
 * any one server.
 *
 * @throws Error that says why MongoDB was not reached, or how a standalone server becomes a replica set
 */
export async function connectMongodb(url: string): Promise<MongoClient> {
  const client = openClient(url);
  try {
    await client.connect();
    await refuseStandalone(client);
    return client;
  } catch (error) {
    await client.close();
    if (error instanceof StandaloneError) throw error;
    if (isUninitiated(error)) throw new StandaloneError(client, 'has no configuration yet');
    const { hosts, srvHost, tls } = client.options;
    const where = srvHost ?? hosts.map(String).join();
    throw new Error(explainUnreached('MongoDB', where, asError(error), tls), { cause: error });
  }
}

function openClient(url: string): MongoClient {
  try {
    return new MongoClient(url, {
      appName: 'millrace',
      serverSelectionTimeoutMS: SERVER_SELECTION_MS,
      socketTimeoutMS: SOCKET_TIMEOUT_MS,
      writeConcern: { w: 'majority', journal: true },
      readConcern: { level: 'majority' },
      ignoreUndefined: true,
    });
  } catch (error) {
    throw new Error(`MONGODB_URL cannot be read: ${asError(error).message}. Correct it.`, {
      cause: error,
    });
  }
}

/** Writes to the host's own database; rejects where MongoDB does not take it. */
export async function probeWrites(mongodb: MongoClient, databasePrefix: string): Promise<void> {
  const probes = mongodb.db(`${databasePrefix}host`).collection<{ _id: string }>('probes');
  await probes.updateOne({ _id: 'probe' }, { $currentDate: { at: true } }, { upsert: true });
}

/** MongoDB runs without the replica set that majority reads and transactions need. */
class StandaloneError extends Error {
  constructor({ options }: MongoClient, what: string) {
    const host = options.hosts.map(String).join();
    super(
      `MONGODB_URL names ${host}, which ${what}; Millrace needs a replica set, of one member at ` +
        'least. Start the server with the name of one, then make it one:\n' +
        '  mongod --replSet millrace    (with its other options; in mongod.conf: replication.replSetName)\n' +
        `  mongosh ${host} --eval 'rs.initiate()'`,
    );
  }
}

async function refuseStandalone(client: MongoClient): Promise<void> {
  const { setName, msg } = await client.db('admin').command({ hello: 1 });
  // A router of a sharded cluster stands before replica sets.
  if (!setName && msg !== 'isdbgrid') throw new StandaloneError(client, 'is a standalone server');
}

/** Whether a server was found that was started as a member of a replica set without configuration. */
function isUninitiated(error: unknown): boolean {
  if (!(error instanceof MongoServerSelectionError) || !error.reason) return false;
  return [...error.reason.servers.values()].some(({ type }) => type === ServerType.RSGhost);
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

/**
 * Gives the document with an id, which is made of the fields where there is none. Of several who ask at
 * once one makes it, and the others find it.
 */
export async function findOrInsert<Shape extends { _id: string }>(
  collection: Collection<Shape>,
  _id: string,
  fields: object,
): Promise<WithId<Shape>> {
  const documents = collection as unknown as Collection<{ _id: string }>;
  for (;;) {
    try {
      const found = await documents.findOneAndUpdate(
        { _id },
        { $setOnInsert: fields },
        { upsert: true, returnDocument: 'after' },
      );
      return found as WithId<Shape>;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }
}

/** Ignores the error of a collection that another process has made already. */
export function ignoreExisting(error: { codeName?: string }): void {
  if (error.codeName !== 'NamespaceExists') throw error;
}
