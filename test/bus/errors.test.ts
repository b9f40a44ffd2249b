/** Failures are told apart: a store that is away, and an entry that cannot be handled. */
import { MongoBulkWriteError, MongoNetworkError, MongoServerError } from 'mongodb';
import { test } from 'tap';
import { isUnavailable } from '../../src/bus/errors.ts';
import { isDuplicateKey } from '../../src/mongodb.ts';
import { openPlace } from '../support.ts';

test('what comes of a store or Redis that is away does not count against an entry', (t) => {
  for (const message of [
    "READONLY You can't write against a read only replica.",
    'LOADING Redis is loading the dataset in memory',
    "OOM command not allowed when used memory > 'maxmemory'.",
    'BUSY Redis is busy running a script.',
    "Stream isn't writeable and enableOfflineQueue options is false",
    'Connection is closed.',
    'Command timed out',
    'read ECONNRESET',
    'connection 6 to 127.0.0.1:27017 closed',
  ]) {
    t.ok(isUnavailable(new Error(message)), message);
  }
  t.ok(isUnavailable(new MongoNetworkError('gone')));
  t.ok(isUnavailable(new MongoServerError({ message: 'not primary', code: 10107 })));
  t.notOk(isUnavailable(new Error('cannot be done')));
  t.notOk(isUnavailable(new MongoServerError({ message: 'duplicate', code: 11000 })));
  t.end();
});

test('a bulk write that lost its connection is not taken for one of duplicates', async (t) => {
  const { mongodb, databasePrefix } = await openPlace(t);
  const collection = mongodb.db(`${databasePrefix}errors`).collection<{ _id: string }>('things');
  await collection.insertOne({ _id: 'a' });
  const duplicates = await collection
    .insertMany([{ _id: 'a' }, { _id: 'b' }], { ordered: false })
    .catch((error: unknown) => error);
  t.ok(isDuplicateKey(duplicates));

  const result = (duplicates as MongoBulkWriteError).result;
  const lost = new MongoBulkWriteError(new MongoNetworkError('read ECONNRESET'), result);
  t.notOk(isDuplicateKey(lost));
  t.ok(isUnavailable(lost));
});
