/** The checkpoints of the streams, in MongoDB: so that not all is published again to a Redis that comes back empty. */
import type { FastifyBaseLogger } from 'fastify';
import type { MongoClient } from 'mongodb';
import type { CheckpointStore } from '../bus/index.ts';
import type { Module } from '../module/module.ts';
import { ignoreExisting } from '../stores/mongodb.ts';

/** How often what is known of a stream is written down at most, in ms. */
const WRITE_EVERY_MS = 5000;

const COLLECTION = 'handled';

interface HandledDocument {
  /** The stream. */
  _id: string;
  time: number;
  groups: string[];
}

/** `known` are all modules, wherever they run: their groups are those that have to have handled. */
export async function openCheckpointStore(
  mongodb: MongoClient,
  databasePrefix: string,
  known: readonly Module[],
  log: FastifyBaseLogger,
): Promise<CheckpointStore> {
  const db = mongodb.db(`${databasePrefix}host`);
  await db.createCollection(COLLECTION).catch(ignoreExisting);
  const collection = db.collection<HandledDocument>(COLLECTION);
  const writtenAt = new Map<string, number>();
  return {
    groupsOf: (stream) =>
      known
        .filter(({ listens = [] }) => listens.some((contract) => contract.stream === stream))
        .map(({ name }) => name),
    async read(stream) {
      return (await collection.findOne({ _id: stream })) ?? undefined;
    },
    async write(stream, { time, groups }) {
      if (Date.now() - (writtenAt.get(stream) ?? 0) < WRITE_EVERY_MS) return;
      writtenAt.set(stream, Date.now());
      try {
        await collection.updateOne(
          { _id: stream },
          { $set: { time, groups: [...groups] } },
          { upsert: true },
        );
      } catch (error) {
        // Then more is published again than need be, should it come to that.
        log.debug({ err: error, stream }, 'a checkpoint could not be written');
      }
    },
  };
}
