/** The bus is a package of its own: it is packed, installed where nothing else is, and used as its README says. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test } from 'tap';
import { eventually, openTestEnvironment } from '../support.ts';

const ROOT = join(import.meta.dirname, '../..');
const run = promisify(execFile);

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const manifest = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
const ofBus = JSON.parse(read('src/bus/package.json')) as {
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
};

/** What must not compile: were the types of the package not found, everything would. */
const USES = `
import { createBus, defineEvent } from '@millrace/bus';
import { given, sameStateInAnyOrder } from '@millrace/bus/testing';
import { Type } from 'typebox';

const paid = defineEvent({ stream: 'S', type: 'paid', v: 1, key: 'id', data: { id: Type.String() } });
// @ts-expect-error: a bus needs a log
export const make = (redis: never) => createBus({ connections: { commands: redis } });
// @ts-expect-error: the id is a string
given(paid, { id: 1 });
await sameStateInAnyOrder({
  events: [given(paid, { id: 'a' })],
  stage: async () => ({ listeners: [], state: async () => 'same' }),
});
console.log('the same state');
`;

test('the packages that the bus asks for are those of Millrace', (t) => {
  for (const [name, range] of Object.entries({ ...ofBus.dependencies, ...ofBus.peerDependencies }))
    t.equal(range, `^${manifest.dependencies[name]}`, name);
  t.end();
});

test('the package of the bus installs in an empty project, where the consumer of its README runs', async (t) => {
  // Outside the repository: nothing of its node_modules must be found from there.
  const project = mkdtempSync(join(tmpdir(), 'millrace-bus-'));
  t.teardown(() => rmSync(project, { recursive: true, force: true }));
  await run('npm', ['run', '--silent', 'pack:bus', '--', '--pack-destination', project], {
    cwd: ROOT,
  });
  const [tarball] = readdirSync(project);
  const peers = Object.keys(ofBus.peerDependencies);
  const write = (name: string, text: string): void => writeFileSync(join(project, name), text);
  const dependencies = {
    '@millrace/bus': `file:${tarball}`,
    ...Object.fromEntries(peers.map((name) => [name, manifest.dependencies[name]])),
  };
  write('package.json', JSON.stringify({ private: true, type: 'module', dependencies }));
  await run(
    'npm',
    ['install', '--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock'],
    {
      cwd: project,
    },
  );

  const env = await openTestEnvironment(t);
  const consumer = /```ts\n([\s\S]*?)```/.exec(read('src/bus/README.md'))?.[1] ?? '';
  t.ok(consumer.trim().split('\n').length <= 30, 'it is short');
  write(
    'consumer.ts',
    consumer
      .replaceAll("'ORDERS'", `'${env.keyPrefix}ORDERS'`)
      .replaceAll("'shop'", `'${env.databasePrefix}shop'`),
  );
  write('uses.ts', USES);
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: 'esnext',
    module: 'nodenext',
    skipLibCheck: true,
    types: ['node'],
    typeRoots: [join(ROOT, 'node_modules/@types')],
  };
  write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  await run(join(ROOT, 'node_modules/.bin/tsc'), ['-p', project]);
  t.pass('it type-checks');

  const { stdout } = await run(process.execPath, ['uses.ts'], { cwd: project });
  t.equal(stdout, 'the same state\n');

  const running = spawn(process.execPath, ['consumer.ts'], {
    cwd: project,
    env: { ...process.env, REDIS_URL: env.redisUrl, MONGODB_URL: env.mongodbUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(running, 'exit');
  t.teardown(async () => {
    running.kill();
    await exited;
  });
  let printed = '';
  running.stdout.on('data', (text: Buffer) => (printed += text.toString()));
  await eventually('the event has come to its handler', () => printed.includes('invoice for 17\n'));
});
