/** What the files of the pages refer to, read from the files as they are on the disk. */
import { globSync, readFileSync } from 'node:fs';
import { join, normalize, posix } from 'node:path';
import { parseSync } from 'oxc-parser';
import { ASSETS } from '../../../modules/storefront/documents.ts';

export const FOLDER = join(ASSETS, '..');

/** The path of every file under the folder that matches, by slashes. */
export function filesOf(pattern: string, cwd = ASSETS): string[] {
  return globSync(pattern, { cwd })
    .map((file) => file.replaceAll('\\', '/'))
    .toSorted();
}

export function textOf(file: string, folder = ASSETS): string {
  return readFileSync(join(folder, file), 'utf8');
}

/** Every address in attributes of a page, as it is written. */
export function addressesOf(html: string): string[] {
  return [...html.matchAll(/\b(?:href|src|action|srcset)="([^"]*)"/g)].map(([, to = '']) => to);
}

/** The files that a module imports, under the folder of files; or what it imports besides. */
export function importsOf(file: string): string[] {
  const { module, errors } = parseSync(file, textOf(file));
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
  const specifiers = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => (moduleRequest ? [moduleRequest.value] : [])),
    ),
    ...module.dynamicImports.map(() => 'a dynamic import'),
  ];
  return specifiers.map((specifier) =>
    specifier.startsWith('.')
      ? normalize(posix.join(posix.dirname(file), specifier)).replaceAll('\\', '/')
      : specifier,
  );
}
