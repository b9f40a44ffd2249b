/** Engines of our own: started, kept, started again, stopped. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MongoClient } from 'mongodb';
import { test, type Test } from 'tap';
import { findMongod } from '../../engines/locate.mjs';
import { supervise } from '../../engines/supervisor.ts';
import { startEngines } from '../../engines/index.ts';
import { livingHolder } from '../../engines/lock.ts';
import { memberProgram } from '../../engines/mongod.ts';
import { freePort } from '../../engines/port.ts';
import { isAlive, sendSignal } from '../../engines/process.ts';
import { standalone } from '../replica-set.ts';
import { pathOf } from '../servers.ts';
import { emptyDirectory, log, mongoClient, redisClient, until } from './support.ts';

/** Stands for an engine that a test does not need: it is used as it is, that is to say not at all. */
const ELSEWHERE = { redisUrl: 'redis://elsewhere', mongodbUrl: 'mongodb://elsewhere' };

test('engines start on an empty directory and keep their data over a restart', async (t) => {
  const dataDir = join(emptyDirectory(t), 'not', 'there', 'yet');

  const first = await startEngines({ dataDir, log });
  await redisClient(t, first.redisUrl).set('kept', 'in redis');
  await mongoClient(t, first.mongodbUrl).db('test').collection('kept').insertOne({ in: 'mongodb' });
  const processes = livingHolder(dataDir)?.engines.map((engine) => engine.process) ?? [];
  t.equal(processes.length, 2);
  await first.stop();
  t.notOk(processes.some(isAlive), 'both processes are gone after stop');
  t.equal(livingHolder(dataDir), undefined, 'the directory is free after stop');

  const second = await startEngines({ dataDir, log });
  t.teardown(second.stop);
  t.equal(await redisClient(t, second.redisUrl).get('kept'), 'in redis');
  const kept = mongoClient(t, second.mongodbUrl).db('test').collection('kept');
  t.match(await kept.findOne(), { in: 'mongodb' });
});

test('an engine whose URL is given is used as it is', async (t) => {
  const dataDir = join(emptyDirectory(t), 'data');
  const engines = await startEngines({ ...ELSEWHERE, dataDir, log });
  await engines.stop();
  t.match(engines, ELSEWHERE);
  t.notOk(existsSync(dataDir), 'and needs no data directory');
});

test('a Redis that dies is started again on the same port with the same data', async (t) => {
  const dataDir = emptyDirectory(t);
  const { mongodbUrl } = ELSEWHERE;
  const engines = await startEngines({ mongodbUrl, dataDir, log });
  t.teardown(engines.stop);
  const redis = redisClient(t, engines.redisUrl);
  await redis.set('kept', 'over a death');
  const pid = livingHolder(dataDir)?.engines[0]?.process.pid ?? 0;

  sendSignal(pid, 'SIGKILL');
  await until('another process is ready', () => {
    const engine = livingHolder(dataDir)?.engines[0];
    return engine !== undefined && engine.ready && engine.process.pid !== pid;
  });

  t.equal(await redis.get('kept'), 'over a death');
});

test('a MongoDB that dies is started again on the same port with the same data', async (t) => {
  const dataDir = emptyDirectory(t);
  const { redisUrl } = ELSEWHERE;
  const engines = await startEngines({ redisUrl, dataDir, log });
  t.teardown(engines.stop);
  const kept = mongoClient(t, engines.mongodbUrl).db('test').collection('kept');
  await kept.insertOne({ over: 'a death' }, { writeConcern: { w: 1, journal: true } });
  const pid = livingHolder(dataDir)?.engines[0]?.process.pid ?? 0;

  sendSignal(pid, 'SIGKILL');
  await until('another process is ready', () => {
    const engine = livingHolder(dataDir)?.engines[0];
    return engine !== undefined && engine.ready && engine.process.pid !== pid;
  });

  t.match(await kept.findOne(), { over: 'a death' });
});

test('a MongoDB of our own is a replica set, also with the data of a standalone server', async (t) => {
  const dataDir = emptyDirectory(t);
  await inStandalone(t, dataDir, async (client) => {
    await client.db('test').collection('kept').insertOne({ from: 'an earlier version' });
  });
  const ports = new Set<string>();
  for (let start = 0; start < 2; start++) {
    const engines = await startEngines({ redisUrl: ELSEWHERE.redisUrl, dataDir, log });
    const client = mongoClient(t, engines.mongodbUrl);
    const { setName, isWritablePrimary } = await client.db('admin').command({ hello: 1 });
    t.same({ setName, isWritablePrimary }, { setName: 'millrace', isWritablePrimary: true });
    const kept = client.db('test').collection('kept');
    t.match(await kept.findOne({}, { readConcern: 'majority' }), { from: 'an earlier version' });
    await client.withSession((session) =>
      session.withTransaction(() => kept.insertOne({ start }, { session })),
    );
    ports.add(new URL(engines.mongodbUrl).port);
    await client.close();
    await engines.stop();
  }
  t.equal(ports.size, 2, 'the second start was on another port');
});

/** Runs mongod as versions did before there were replica sets. */
async function inStandalone(
  t: Test,
  dataDir: string,
  work: (client: MongoClient) => Promise<void>,
): Promise<void> {
  const port = await freePort();
  const { stop } = await supervise({
    ...standalone(memberProgram(pathOf(findMongod()), dataDir, port, '')),
    log,
    onSpawn: () => undefined,
    onReady: () => undefined,
  });
  t.teardown(stop);
  const client = mongoClient(t, `mongodb://127.0.0.1:${port}`);
  await work(client);
  await client.close();
  await stop();
}

test('stop ends an engine that is just being started again', async (t) => {
  const dataDir = emptyDirectory(t);
  const engines = await startEngines({ mongodbUrl: ELSEWHERE.mongodbUrl, dataDir, log });
  const engine = () => livingHolder(dataDir)?.engines[0];
  const first = engine()?.process.pid ?? 0;
  sendSignal(first, 'SIGKILL');
  await until('another process is spawned', () => engine()?.process.pid !== first);
  const second = engine()?.process ?? { pid: 0, startedAt: null };
  await engines.stop();
  t.notOk(isAlive(second));
});
