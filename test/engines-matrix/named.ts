/** The Redis servers that MILLRACE_TEST_ENGINES names. */
import { execFileSync } from 'node:child_process';

export interface NamedServer {
  name: string;
  /** The program, `redis-server` or `valkey-server`. */
  path: string;
}

const VARIABLE = 'MILLRACE_TEST_ENGINES';
const FORMAT = 'redis-8.6=/path/to/redis-server,valkey-9.1=/path/to/valkey-server';
/** A name stands in reports and names a directory. */
const NAMED = /^(?<name>[\w.-]+)=(?<path>\/.+)$/;

/**
 * Reads the variable's value: a name and the full path of a program for each server, commas between.
 *
 * @throws Error that names the variable, what does not fit and what would
 */
export function parseNamed(value: string): NamedServer[] {
  const servers = value.split(',').map((part) => {
    const { name, path } = NAMED.exec(part.trim())?.groups ?? {};
    if (name === undefined || path === undefined)
      throw new Error(`${VARIABLE}: "${part}" is not NAME=/FULL/PATH. Write it as ${FORMAT}.`);
    return { name, path };
  });
  const again = servers.find(({ name }, i) => servers.findIndex((one) => one.name === name) < i);
  if (again) throw new Error(`${VARIABLE} names ${again.name} twice. Give each its own name.`);
  return servers;
}

/**
 * Asks a program which server it is, such as `Redis 8.6.3`.
 *
 * @throws Error that names the variable, where the program is none
 */
export function versionOf({ name, path }: NamedServer): string {
  let output: string;
  try {
    output = execFileSync(path, ['--version'], { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`${VARIABLE}: ${name} does not start: ${message}. Correct its path.`, {
      cause: error,
    });
  }
  const [, server, version] = /^(Redis|Valkey) server v=(\S+)/.exec(output) ?? [];
  if (server === undefined)
    throw new Error(`${VARIABLE}: ${path} is no redis-server or valkey-server. Correct the path.`);
  return `${server} ${version}`;
}
