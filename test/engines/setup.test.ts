/** The set-up step, as npm runs it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'tap';
import { packagesFit } from '../../engines/setup/packages.mjs';
import { emptyDirectory, root } from './support.ts';

function setUp(args: readonly string[], env: NodeJS.ProcessEnv) {
  const script = join(root, 'engines', 'setup', 'setup.mjs');
  const given = { ...process.env, REDIS_URL: '', MONGODB_URL: '', ...env };
  return spawnSync(process.execPath, [script, ...args], { env: given, encoding: 'utf8' });
}

test('it does nothing when all is there', (t) => {
  t.match(setUp(['--tests'], {}), { status: 0, stdout: '', stderr: '' });
  t.end();
});

test('MILLRACE_SETUP=off leaves it out, whatever is missing', (t) => {
  const env = { MILLRACE_SETUP: 'off', PATH: '', HOME: emptyDirectory(t) };
  t.match(setUp(['--tests'], env), { status: 0, stdout: '', stderr: '' });
  t.end();
});

test('an engine that a URL names is not looked for, except for the tests', (t) => {
  const env = {
    PATH: '',
    MONGOD_BINARY: '/nothing',
    REDIS_URL: 'redis://elsewhere',
    MONGODB_URL: 'mongodb://elsewhere',
  };
  t.match(setUp([], env), { status: 0, stderr: '' });
  const { status, stderr } = setUp(['--tests'], env);
  t.equal(status, 1);
  t.match(stderr, /no Redis server[^]*export REDIS_URL=/);
  t.match(stderr, /no MongoDB server[^]*MONGOD_BINARY=\/nothing[^]*export MONGODB_URL=/);
  t.end();
});

test('--browser looks for a Chromium too, and nothing else does', (t) => {
  const env = { PATH: '', REDIS_URL: 'redis://elsewhere', MONGODB_URL: 'mongodb://elsewhere' };
  const named = { ...env, MILLRACE_TEST_CHROMIUM: '/nothing' };
  t.match(setUp([], named), { status: 0, stderr: '' });
  const { status, stderr } = setUp(['--browser'], named);
  t.equal(status, 1);
  t.match(stderr, /no Chromium[^]*MILLRACE_TEST_CHROMIUM=\/nothing \(not a program\)/);
  t.match(stderr, /setup\.mjs --browser[^]*export MILLRACE_TEST_CHROMIUM=/);
  const there = { ...env, MILLRACE_TEST_CHROMIUM: process.execPath };
  t.match(setUp(['--browser'], there), { status: 0, stderr: '' });
  t.end();
});

test('--packages looks for no engine', (t) => {
  t.match(setUp(['--packages'], { PATH: '', MONGOD_BINARY: '/nothing' }), {
    status: 0,
    stderr: '',
  });
  t.end();
});

test('packages are installed anew when one is missing or another version', (t) => {
  const locked = {
    '': { version: '1.0.0' },
    'node_modules/a': { version: '1.0.0', integrity: 'x' },
    'node_modules/b': { version: '1.0.0', dev: true },
    'node_modules/c': { version: '1.0.0', optional: true },
  };
  const { 'node_modules/a': a, 'node_modules/b': b } = locked;
  const all = { 'node_modules/a': a, 'node_modules/b': b };
  t.ok(packagesFit(locked, all, false), 'optional ones may be for another platform');
  t.notOk(packagesFit(locked, { 'node_modules/b': b }, false));
  t.notOk(packagesFit(locked, { 'node_modules/a': a }, false));
  t.ok(packagesFit(locked, { 'node_modules/a': a }, true), 'without development packages');
  t.notOk(packagesFit(locked, { ...all, 'node_modules/a': { ...a, version: '1.0.1' } }, false));
  t.end();
});
