/** What the documents name exists: files and headings that they link to, paths, scripts, messages, metrics. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'tap';

const ROOT = join(import.meta.dirname, '..', '..');
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const PAGES = globSync('{*.md,{.github,bench,docs,modules,src}/**/*.md}', { cwd: ROOT }).toSorted();

const FILES = globSync('{src,modules,engines,test,bench}/**/*.ts', { cwd: ROOT });

/** The text without its blocks of code. */
const proseOf = (text: string): string => text.replaceAll(/^(```+).*?^\1$/gms, '');

/** The names that GitHub gives to the headings of a page. */
function anchorsOf(text: string): Set<string> {
  const headings = [...proseOf(text).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set(headings);
}

/** The links of a page that lead to files of ours. */
const linksOf = (page: string): { page: string; to: string }[] =>
  [...proseOf(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, to = '']) => ({ page, to }))
    .filter(({ to }) => !/^(https?|mailto):/.test(to));

test('every relative link leads to a file, and to a heading in it', (t) => {
  const links = PAGES.flatMap(linksOf);
  const broken = links.filter(({ page, to }) => {
    const [path = '', anchor] = to.split('#');
    const file = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(ROOT, file))) return true;
    return anchor !== undefined && !anchorsOf(textOf(file)).has(anchor);
  });
  t.same(broken, []);
  t.ok(links.length >= 100, `${links.length} links were followed`);
  t.end();
});

test('every page is reached from the README', (t) => {
  const reached = new Set(['README.md']);
  // A set gives what is added while it is walked, too.
  for (const page of reached)
    for (const { to } of linksOf(page)) {
      const file = join(dirname(page), to.split('#')[0] ?? '');
      if (PAGES.includes(file)) reached.add(file);
    }
  const pages = PAGES.filter((page) => /^(?:docs\/|[^/]*$)/.test(page));
  t.same(
    pages.filter((page) => !reached.has(page)),
    [],
  );
  t.end();
});

test('the paths and scripts that the documents name exist', (t) => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: object };
  const named = PAGES.flatMap((page) => {
    const text = textOf(page);
    const paths = text.matchAll(
      /`((?:src|modules|engines|test|docs|bench|deploy|\.ci)\/[\w./*{},-]+)(?=`)/g,
    );
    const files = text.matchAll(/`([\w-]+(?:\/[\w-]+)*\.ts)`/g);
    const called = text.matchAll(/npm run ([\w:]+)/g);
    return [
      ...[...paths].map(([, path = '']) => ({
        page,
        name: path,
        exists: globSync(path, { cwd: ROOT }).length > 0 || path.startsWith('modules/receipts'),
      })),
      ...[...files].map(([, name = '']) => ({
        page,
        name,
        exists: FILES.some((file) => `/${file}`.endsWith(`/${name}`)) || name.includes('receipts/'),
      })),
      ...[...called].map(([, name = '']) => ({ page, name, exists: name in scripts })),
    ];
  });
  t.same(
    named.filter(({ exists }) => !exists),
    [],
  );
  t.ok(named.length >= 100, `${named.length} names were looked up`);
  t.end();
});

test('the messages and metrics that the symptoms quote are in the code', (t) => {
  const code = globSync('{src,modules,engines}/**/*.{ts,mjs}', { cwd: ROOT })
    .map(textOf)
    .join('\n');
  const [, symptoms = ''] = textOf('docs/guides/operate.md').split(
    /^## (?:Symptoms|Dead letters)$/m,
  );
  const quoted = [...symptoms.matchAll(/^\| (.*?) \| /gm)].flatMap(([, seen = '']) =>
    [...seen.matchAll(/`([^`]+)`/g)].flatMap(([, text = '']) => text.split('…')),
  );
  const messages = quoted
    .map((text) => text.trim())
    .filter((text) => / |^millrace_/.test(text))
    .map((text) => text.replace(/^millrace_(.*?)(?:_total)?$/, `'$1'`));
  t.same(
    messages.filter((message) => !code.includes(message)),
    [],
  );
  t.ok(messages.length >= 20, `${messages.length} are quoted`);
  t.end();
});
