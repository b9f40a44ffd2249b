/** Engines that cannot be had, and a browser: the message names what was tried and the commands that mend it. */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { findChromium, findMongod, findRedis } from '../../engines/locate.mjs';
import { startEngines } from '../../engines/index.ts';
import { livingHolder } from '../../engines/lock.ts';
import { emptyDirectory, log } from './support.ts';

function program(directory: string, name: string): string {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, name);
  writeFileSync(file, '#!/bin/sh\nexit 7\n');
  chmodSync(file, 0o755);
  return file;
}

test('a missing Redis: what was tried, and the commands', async (t) => {
  const dataDir = join(emptyDirectory(t), 'data');
  const mongodbUrl = 'mongodb://elsewhere';
  const start = startEngines({ mongodbUrl, dataDir, log, searchEnv: { PATH: '' } });
  await t.rejects(start, {
    code: 'ENGINE_MISSING',
    message: /redis-server and valkey-server on PATH/,
  });
  await t.rejects(start, {
    message: /node engines\/setup\/setup.mjs[^]*docker run[^]*export REDIS_URL=redis:/,
  });
  t.notOk(existsSync(dataDir), 'nothing was begun');
});

test('a missing MongoDB: what was tried, and the commands', async (t) => {
  const home = emptyDirectory(t);
  const redisUrl = 'redis://elsewhere';
  const start = startEngines({ redisUrl, dataDir: home, log, searchEnv: { PATH: '', HOME: home } });
  await t.rejects(start, { code: 'ENGINE_MISSING', message: /mongod on PATH[^]*millrace\/mongod/ });
  await t.rejects(start, { message: /export MONGOD_BINARY=[^]*export MONGODB_URL=mongodb:/ });
});

test('an engine that ends at once: its command and the directory is free again', async (t) => {
  const dataDir = emptyDirectory(t);
  const mongodbUrl = 'mongodb://elsewhere';
  const broken = program(join(dataDir, 'bin'), 'redis-server');
  const searchEnv = { PATH: join(dataDir, 'bin') };
  const start = startEngines({ mongodbUrl, dataDir, log, searchEnv });
  await t.rejects(start, {
    code: 'ENGINE_FAILED',
    message: /ended before it was ready \(status 7\)/,
  });
  await t.rejects(start, { message: new RegExp(`${broken} --bind 127.0.0.1`) });
  t.equal(livingHolder(dataDir), undefined);
});

test('valkey-server serves where there is no redis-server', (t) => {
  const directory = emptyDirectory(t);
  const valkey = program(directory, 'valkey-server');
  t.equal(findRedis({ PATH: directory }).path, valkey);
  const redis = program(directory, 'redis-server');
  t.equal(findRedis({ PATH: directory }).path, redis);
  t.end();
});

test('a Chromium: MILLRACE_TEST_CHROMIUM before PATH, and chromium before what is built of it', (t) => {
  const directory = emptyDirectory(t);
  const env = { PATH: directory };
  for (const name of ['chromium-browser', 'google-chrome', 'chromium']) {
    const installed = program(directory, name);
    t.equal(findChromium(env).path, installed);
  }
  const named = program(directory, 'my-chromium');
  t.equal(findChromium({ ...env, MILLRACE_TEST_CHROMIUM: named }).path, named);
  const wrong = findChromium({ ...env, MILLRACE_TEST_CHROMIUM: join(directory, 'nothing') });
  t.equal(wrong.path, undefined, 'and nothing in its place where it is wrong');
  t.match(wrong.tried, [/MILLRACE_TEST_CHROMIUM=.*not a program/]);
  t.end();
});

test('mongod: MONGOD_BINARY before PATH, PATH before the cache', (t) => {
  const home = emptyDirectory(t);
  const env = { HOME: home, PATH: join(home, 'bin') };
  const cached = program(join(home, '.cache', 'millrace', 'mongod'), 'mongod');
  t.equal(findMongod(env).path, cached);
  const installed = program(env.PATH, 'mongod');
  t.equal(findMongod(env).path, installed);
  const named = program(home, 'my-mongod');
  t.equal(findMongod({ ...env, MONGOD_BINARY: named }).path, named);
  const wrong = findMongod({ ...env, MONGOD_BINARY: join(home, 'nothing') });
  t.equal(wrong.path, undefined, 'and nothing in its place where it is wrong');
  t.match(wrong.tried, [/MONGOD_BINARY=.*not a program/]);
  t.end();
});

test('a cached mongod that needs Wine counts only while Wine is there', (t) => {
  const home = emptyDirectory(t);
  const env = { HOME: home, PATH: join(home, 'bin') };
  const cached = program(join(home, '.cache', 'millrace', 'mongod'), 'mongod');
  writeFileSync(`${cached}.exe`, '');
  t.equal(findMongod(env).path, undefined);
  program(env.PATH, 'wine');
  t.equal(findMongod(env).path, cached);
  t.end();
});
