/** Which modules a process runs. */
import { ConfigError } from '../config/index.ts';
import type { Module } from './module.ts';

/**
 * Picks modules by `MODULES`: names with commas between, or all where it is unset.
 *
 * @throws ConfigError that lists the known names where one is unknown.
 */
export function selectModules(all: readonly Module[], names: string | undefined): Module[] {
  if (names === undefined) return [...all];
  const wanted = new Set(
    names
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean),
  );
  const known = all.map(({ name }) => name);
  const unknown = [...wanted].filter((name) => !known.includes(name));
  if (unknown.length > 0 || wanted.size === 0) {
    const holds =
      unknown.length > 0 ? `names unknown modules: ${unknown.join(', ')}` : 'names no module';
    throw new ConfigError(`MODULES ${holds}. Known are: ${known.join(', ')}; unset runs all.`);
  }
  return all.filter(({ name }) => wanted.has(name));
}
