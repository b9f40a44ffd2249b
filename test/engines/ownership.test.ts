/** One living owner a data directory, and what becomes of the engines of a dead one. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { startEngines } from '../../engines/index.ts';
import { livingHolder, takeLock } from '../../engines/lock.ts';
import { identify, isAlive } from '../../engines/process.ts';
import { emptyDirectory, log, mongoClient, redisClient, startScript, until } from './support.ts';

const enginesOf = (dataDir: string) =>
  livingHolder(dataDir)?.engines.map((engine) => engine.process) ?? [];

test('a second start on one data directory is refused and told who holds it', async (t) => {
  const dataDir = emptyDirectory(t);
  const { child } = await startScript(t, 'owner.ts', [dataDir]);
  const message = new RegExp(`${dataDir}.*pid ${child.pid}\\b.*kill ${child.pid}.*DATA_DIR=`);
  await t.rejects(startEngines({ dataDir, log }), { code: 'DATA_DIR_IN_USE', message });

  child.kill('SIGTERM');
  await once(child, 'exit');
  t.equal(livingHolder(dataDir), undefined, 'after its end the directory is free');
});

test('a second process may share the engines of the first, and leaves them alone', async (t) => {
  const dataDir = emptyDirectory(t);
  const { child, line } = await startScript(t, 'owner.ts', [dataDir]);
  const shared = await startEngines({ dataDir, log, attach: true });
  t.match(shared, JSON.parse(line));
  await shared.stop();
  t.equal(await redisClient(t, shared.redisUrl).ping(), 'PONG');
  child.kill('SIGTERM');
  await once(child, 'exit');
});

test('with nobody to share with, the second process runs the engines itself', async (t) => {
  const dataDir = emptyDirectory(t);
  const mongodbUrl = 'mongodb://elsewhere';
  const engines = await startEngines({ mongodbUrl, dataDir, log, attach: true });
  t.equal(await redisClient(t, engines.redisUrl).ping(), 'PONG');
  t.equal(livingHolder(dataDir)?.owner.pid, process.pid);
  await engines.stop();
});

test('engines left by a killed owner are ended and their data is intact', async (t) => {
  const dataDir = emptyDirectory(t);
  const { child, line } = await startScript(t, 'owner.ts', [dataDir]);
  const killed = JSON.parse(line);
  await redisClient(t, killed.redisUrl).set('kept', 'in redis');
  await mongoClient(t, killed.mongodbUrl)
    .db('test')
    .collection('kept')
    .insertOne({ in: 'mongodb' });
  const left = enginesOf(dataDir);
  child.kill('SIGKILL');
  await once(child, 'exit');
  t.same(left.map(isAlive), [true, true], 'the kill left both running');

  const engines = await startEngines({ dataDir, log });
  t.teardown(engines.stop);
  t.same(left.map(isAlive), [false, false], 'the next start ended them');
  t.equal(await redisClient(t, engines.redisUrl).get('kept'), 'in redis');
  const kept = mongoClient(t, engines.mongodbUrl).db('test').collection('kept');
  t.match(await kept.findOne(), { in: 'mongodb' });
});

test('an owner that exits without stopping its engines takes them with it', async (t) => {
  const dataDir = emptyDirectory(t);
  const { child } = await startScript(t, 'owner.ts', [dataDir]);
  const engines = enginesOf(dataDir);
  t.same(engines.map(isAlive), [true, true]);
  child.kill('SIGUSR2');
  await until('both engines are gone', () => !engines.some(isAlive));
});

test('of many that find a stale lock at once, one gets it', async (t) => {
  const dataDir = emptyDirectory(t);
  const dead = { pid: process.pid, startedAt: 'an earlier start' };
  const stale = JSON.stringify({ owner: dead, engines: [] });
  writeFileSync(join(dataDir, 'engines.lock.7'), stale);

  const takers = Array.from({ length: 6 }, () => startScript(t, 'lock-taker.ts', [dataDir]));
  const lines = (await Promise.all(takers)).map(({ line }) => line);
  t.equal(lines.filter((line) => line === 'taken').length, 1);
  t.equal(lines.filter((line) => line === 'DATA_DIR_IN_USE').length, 5);
});

test('a lock file that a loss of power left empty is taken over', (t) => {
  const dataDir = emptyDirectory(t);
  writeFileSync(join(dataDir, 'engines.lock.1'), '');
  const lock = takeLock(dataDir);
  t.equal(livingHolder(dataDir)?.owner.pid, process.pid);
  lock.release();
  t.equal(livingHolder(dataDir), undefined);
  t.end();
});

test('a pid that belongs to another process by now is not taken for the owner', (t) => {
  const { pid, startedAt } = identify(process.pid);
  t.ok(isAlive({ pid, startedAt }));
  t.notOk(isAlive({ pid, startedAt: `${startedAt}0` }));
  t.end();
});
