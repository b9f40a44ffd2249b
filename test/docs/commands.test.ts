/** The README and the guides: each command prints what they show, against a shop that runs. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { openTestEnvironment } from '../support.ts';
import { blocksOf, commandsOf } from './commands.ts';
import { createTerminal } from './terminal.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const ADMIN_TOKEN = 'the-token-of-the-documents';
const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** Pages that are read one after the other: what one leaves, the next builds on. */
const WALKS: Record<string, readonly string[]> = {
  'the README': ['README.md'],
  'a shop': [
    'first-purchase',
    'import',
    'payments',
    'delivery',
    'operate',
    'tutorial',
    'engines',
  ].map((name) => `docs/guides/${name}.md`),
  'processes with a part each': ['docs/guides/split.md'],
};

/** What needs more than a test of the documents has, or is what runs it. */
const NOT_RUN =
  /^((ADMIN_TOKEN|CORS_ORIGINS)=\S+ )?(docker|kubectl|cp deploy|npm (start$|test|exec|run (check|test|bench))|export MILLRACE_TEST)/;

for (const [name, pages] of Object.entries(WALKS)) {
  test(`the commands for ${name} print what is shown`, async (t) => {
    const env = await openTestEnvironment(t);
    const terminal = createTerminal(t, env, { ADMIN_TOKEN });
    for (const page of pages) {
      const commands = commandsOf(textOf(page));
      t.ok(commands.length > 0, `${commands.length} commands of ${page} are run`);
      for (const command of commands) {
        const { printed, pattern } = await terminal.run(command);
        t.match(printed, pattern, `${page}: ${command.text}`);
        // What follows builds on it.
        if (!pattern.test(printed)) return;
      }
    }
    const placed = terminal
      .logs()
      .filter(({ url, method }) => url === '/api/orders' && method === 'POST');
    for (const line of placed)
      t.match(
        line,
        { msg: 'request completed', status: 202, orderId: String, ms: Number },
        'the log names the order that a request has placed',
      );
  });
}

test('every command of a page is run, or is one that cannot run here', (t) => {
  const run = new Set(Object.values(WALKS).flat());
  const pages = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: ROOT })];
  t.same(
    pages.filter((page) => !run.has(page) && blocksOf(textOf(page), 'sh').length > 0),
    [],
    'a page with commands to run is run',
  );
  const shown = pages.flatMap((page) =>
    blocksOf(textOf(page), 'console').flatMap((block) => block.match(/(?<=^\$ ).*/gm) ?? []),
  );
  t.same(
    shown.filter((command) => !NOT_RUN.test(command)),
    [],
  );
  t.ok(shown.length >= 20, `${shown.length} commands are shown`);
  t.end();
});
