/** The README: its commands print what it shows, its example works, and what it names exists. */
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { test } from 'tap';
import { modules } from '../modules/index.ts';
import { variablesOf } from '../src/config/index.ts';
import type { Module } from '../src/module.ts';
import { compile } from './compile.ts';
import { startProcess } from './process.ts';
import { commandsOf, createMatcher, filesOf } from './readme.ts';
import { ended, entriesOf, get, place as placeOrder, seed } from './shop.ts';
import { eventually, openPlace, startTestHost } from './support.ts';

const ROOT = join(import.meta.dirname, '..');
const run = promisify(execFile);
/** How long a command may take to print what is expected, in ms. */
const DEADLINE_MS = 10_000;
const ADMIN_TOKEN = 'the-token-of-the-readme';
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const readme = textOf('README.md');

/** What would answer otherwise the second time is run once; all else until it prints what it should. */
const ONCE = /^(npm|cat) | XADD |\/discard/;

test('the commands of the first purchase and of the operator print what the README shows', async (t) => {
  const place = await openPlace(t);
  const millrace = await startProcess(t, place, { ADMIN_TOKEN, RATE_LIMIT_PER_MINUTE: '1200' });
  const directory = t.testdir();
  const { matcherOf, translate } = createMatcher();
  const [start, ...purchase] = commandsOf(readme, 'Buy something');
  const commands = [...purchase, ...commandsOf(readme, 'Trouble')];
  t.ok(commands.length >= 12, `${commands.length} commands are run`);

  t.equal(start?.text, 'npm start');
  const ready = await eventually('Millrace is ready', () =>
    millrace.logs.find(({ msg }) => msg === 'Millrace is ready'),
  );
  t.match(JSON.stringify(ready), matcherOf(start?.prints.split('\n').at(-1) ?? '').pattern);

  // FAKETTY: what redis-cli prints to a terminal, which is what a reader sees.
  const env = { ...process.env, ...place.environment, ADMIN_TOKEN, FAKETTY: '1' };
  for (const { text, prints } of commands) {
    const here = translate(text)
      .replaceAll('http://127.0.0.1:3000', millrace.url)
      .replaceAll(/redis:\/\/127\.0\.0\.1:\d+/g, place.redisUrl)
      .replaceAll(/(?<=(?:XADD|XREVRANGE) )\w+/g, (stream) => place.keyPrefix + stream)
      .replaceAll('/tmp/', `${directory}/`);
    const { pattern, learn } = matcherOf(prints);
    let printed = '';
    const attempt = async (): Promise<boolean> => {
      const { stdout } = await run('sh', ['-c', here], { cwd: ROOT, env });
      printed = stdout.replaceAll('\r', '').trim();
      return pattern.test(printed);
    };
    if (ONCE.test(text)) await attempt();
    else await eventually(text, attempt, DEADLINE_MS).catch(() => undefined);
    t.match(printed, pattern, text);
    // What follows builds on it.
    if (!pattern.test(printed)) break;
    learn(printed);
  }
  await millrace.end('SIGTERM');
  const placed = millrace.logs.filter(
    ({ url, method }) => url === '/api/orders' && method === 'POST',
  );
  t.match(placed, [{ msg: 'request completed', status: 202, orderId: String, ms: Number }]);
});

test('the module that the README adds passes the compiler and does what it says', async (t) => {
  const copy = t.testdir();
  for (const name of ['src', 'modules', 'engines', 'millrace.mjs', 'package.json', 'tsconfig.json'])
    cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const files = filesOf(readme);
  t.equal(files.length, 3);
  for (const { file, text } of files) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), text);
  }
  t.equal(await compile(copy), '', 'its types fit');
  const list = join(copy, 'modules', 'index.ts');
  const more = (await import(list)) as { modules: Module[] };

  const host = await startTestHost(t, more);
  await seed(host, [{ productId: 'a' }]);
  const { orderId } = await ended(host, await placeOrder(host, { a: 1 }));
  await eventually('the receipt is served', async () =>
    (await get(host, '/api/receipts')).body.includes(orderId),
  );
  await eventually(
    'and told of',
    async () => (await entriesOf(host, 'RECEIPTS_STREAM')).length > 0,
  );
  t.match(await entriesOf(host, 'RECEIPTS_STREAM'), [{ type: 'receipt.issued', orderId }]);
});

test('the files and scripts that the documents name exist', (t) => {
  const documents = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: ROOT })];
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: object };
  let checked = 0;
  for (const document of documents) {
    const text = textOf(document);
    const paths = [
      ...text.matchAll(/`((?:src|modules|engines|test|docs|bench|\.ci)\/[\w./-]+)/g),
      ...text.matchAll(/\]\(([\w./-]+)\)/g),
    ].map(([, path = '']) => path);
    const named = paths.filter((path) => !path.startsWith('modules/receipts'));
    t.same(
      named.filter(
        (path) => !existsSync(join(ROOT, path)) && !existsSync(join(ROOT, dirname(document), path)),
      ),
      [],
      `paths in ${document}`,
    );
    const called = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
    t.same(
      called.filter((name) => !(name in scripts)),
      [],
      `scripts in ${document}`,
    );
    checked += named.length + called.length;
  }
  t.ok(checked >= 20, `${checked} names were looked up`);
  t.end();
});

test('the table of variables has the defaults that the settings have', (t) => {
  for (const { name, default: value } of variablesOf(modules)) {
    const shown = value === undefined ? 'unset' : value === '' ? 'empty' : `\`${value}\``;
    const row = readme.match(new RegExp(`^\\| \`${name}\` +\\| (.*?) +\\|`, 'm'));
    t.equal(row?.[1], shown, name);
  }
  t.end();
});
