/** The boundaries of modules: who may import what, judged import by import. */
import { readFileSync, globSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parseSync } from 'oxc-parser';
import { test } from 'tap';

const ROOT = join(import.meta.dirname, '..');

interface Import {
  file: string;
  line: number;
  /** Whether it is of types alone, so that nothing is loaded. */
  ofTypes?: boolean;
  /** The specifier, and the file under the root that it leads to where it is a path. */
  specifier: string;
  target: string | undefined;
}

/** Every import, re-export and dynamic import of a file. */
function importsOf(file: string): Import[] {
  const source = readFileSync(join(ROOT, file), 'utf8');
  const { module, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
  const found = [
    ...module.staticImports.map(({ moduleRequest: { value, start }, entries }) => ({
      value,
      start,
      ofTypes: entries.length > 0 && entries.every(({ isType }) => isType),
    })),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest, isType }) =>
        moduleRequest ? [{ ...moduleRequest, ofTypes: isType }] : [],
      ),
    ),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => ({
      value: source.slice(start + 1, end - 1),
      start,
      ofTypes: false,
    })),
  ];
  return found.map(({ value, start, ofTypes }) => ({
    file,
    ofTypes,
    line: source.slice(0, start).split('\n').length,
    specifier: value,
    target: value.startsWith('.') ? normalize(join(dirname(file), value)) : undefined,
  }));
}

/** Why an import is a breach, or undefined. */
function breach({ file, specifier, target, ofTypes }: Import): string | undefined {
  const [top, own] = file.split('/');
  if (file.startsWith('src/bus/') && target && !target.startsWith('src/bus/'))
    return 'the bus imports nothing from outside it';
  if (top === 'src' || top === 'engines') {
    const other = /^(?:src|modules|engines)\//.exec(target ?? '')?.[0];
    return other && other !== `${top}/` ? `${top}/ imports nothing from ${other}` : undefined;
  }
  if (file === 'modules/index.ts') {
    return target && !/^modules\/[^/]+\/index\.ts$/.test(target)
      ? 'the list imports declarations alone'
      : undefined;
  }
  if (own?.endsWith('.ts'))
    return target ? 'what modules have in common imports no module' : undefined;
  if (specifier.startsWith('#'))
    return specifier === '#host' ? undefined : 'of src/ only #host is public';
  if (target === undefined || target.startsWith(`modules/${own}/`)) return undefined;
  // The pages live on the REST API: of it they have the types, and no more.
  const isPage = file.startsWith('modules/storefront/pages/');
  if (isPage && ofTypes && /^(modules\/[^/]+|src\/http\/admin)\/api\.ts$/.test(target))
    return undefined;
  // A setting or a shape that several modules have in common is declared once, and belongs to none of them.
  if (target === 'modules/currency.ts' || target === 'modules/address.ts') return undefined;
  if (/^modules\/[^/]+\/events\.ts$/.test(target)) return undefined;
  return target.startsWith('modules/')
    ? 'of another module only events.ts may be imported, and types of api.ts by the pages'
    : 'a module imports from #host, its own folder and events.ts of others';
}

function sources(): string[] {
  return globSync('{src,modules,engines}/**/*.{ts,tsx,mjs}', { cwd: ROOT }).toSorted();
}

test('modules and host keep their boundaries', (t) => {
  const files = sources();
  const modules = new Set(
    globSync('modules/*/index.ts', { cwd: ROOT }).map((file) => file.split('/')[1]),
  );
  t.ok(modules.size >= 3, `modules found on the disk: ${[...modules].join(', ')}`);
  t.ok(files.length >= 60, `${files.length} files were read`);

  const imports = files.flatMap(importsOf);
  t.ok(imports.length > files.length, `${imports.length} imports were judged`);
  const breaches = imports.flatMap((one) => {
    const why = breach(one);
    return why ? [`${one.file}:${one.line} imports ${one.specifier}: ${why}`] : [];
  });
  t.same(breaches, []);
  t.end();
});

/** Whether an import would be a breach. */
function judge(file: string, specifier: string, ofTypes = false): boolean {
  const target = specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : undefined;
  return breach({ file, line: 1, specifier, target, ofTypes }) !== undefined;
}

test('each kind of breach is seen', (t) => {
  t.ok(judge('src/bus/observer.ts', '../runtime/log.ts'));
  t.ok(judge('src/host.ts', '../modules/index.ts'));
  t.ok(judge('src/host.ts', '../engines/index.ts'));
  t.ok(judge('engines/index.ts', '../src/host.ts'));
  t.ok(judge('modules/orders/store.ts', '../payments/store.ts'));
  t.ok(judge('modules/orders/store.ts', '../../src/host.ts'));
  t.ok(judge('modules/orders/store.ts', '#bus'));
  t.notOk(judge('modules/orders/store.ts', '../payments/events.ts'));
  t.notOk(judge('modules/orders/store.ts', '#host'));
  t.notOk(judge('modules/orders/store.ts', './order.ts'));
  t.notOk(judge('modules/orders/settings.ts', '../currency.ts'));
  t.notOk(judge('modules/orders/schemas.ts', '../address.ts'));
  t.notOk(judge('modules/address.ts', '#host'));
  t.ok(judge('modules/currency.ts', './orders/events.ts'));
  t.ok(judge('modules/address.ts', './orders/schemas.ts'));
  t.ok(judge('modules/orders/store.ts', '../index.ts'));
  t.notOk(judge('modules/storefront/pages/shop.tsx', '../../orders/api.ts', true));
  t.notOk(judge('modules/storefront/pages/a.tsx', '../../../src/http/admin/api.ts', true));
  t.ok(judge('modules/storefront/pages/shop.tsx', '../../orders/api.ts'), 'more than its types');
  t.ok(judge('modules/storefront/pages/shop.tsx', '../../orders/store.ts', true));
  t.ok(judge('modules/payments/store.ts', '../orders/api.ts', true), 'only the pages may');
  t.end();
});

test('a module reaches no database, stream or key but its own', (t) => {
  const forbidden = [
    { pattern: /\.client\.db\(|new MongoClient|MongoClient\b/, why: 'opens another database' },
    { pattern: /\bnew Redis\b|\.duplicate\(/, why: 'opens a Redis connection' },
    { pattern: /\.(xadd|xreadgroup|xread)\(/i, why: 'uses a stream without the bus' },
    { pattern: /process\.env(?!ironment)/, why: 'reads the environment' },
  ];
  const breaches = globSync('modules/**/*.ts', { cwd: ROOT }).flatMap((file) =>
    readFileSync(join(ROOT, file), 'utf8')
      .split('\n')
      .flatMap((text, i) =>
        forbidden
          .filter(({ pattern }) => pattern.test(text))
          .map(({ why }) => `${file}:${i + 1} ${why}: ${text.trim()}`),
      ),
  );
  t.same(breaches, []);
  t.end();
});
