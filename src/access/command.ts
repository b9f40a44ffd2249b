/** Printing the commands that make the users of a process, with the least rights that it needs. */
import { ConfigError, loadConfig } from '../config/index.ts';
import type { Module } from '../module.ts';
import { selectModules } from '../modules.ts';
import { mongodbRole } from './mongodb.ts';
import { redisSelectors } from './redis.ts';

export interface AccessCommand {
  /** All modules that there are. */
  modules: readonly Module[];
  /** The names of those that the process runs; none: those of `MODULES`, or all. */
  names: readonly string[];
  environment: NodeJS.ProcessEnv;
  print: (text: string) => void;
}

/** Prints them. Gives the exit status: 0, or 1 where a name or a setting is wrong. */
export function printAccess({ modules, names, environment, print }: AccessCommand): number {
  try {
    const config = loadConfig(environment, modules);
    const chosen = selectModules(modules, names.length > 0 ? names.join() : config.MODULES);
    const all = chosen.length === modules.length;
    const user = ['millrace', ...(all ? [] : chosen.map(({ name }) => name))].join('-');
    print(forRedis(user, redisSelectors(chosen, modules, config)));
    print(forMongodb(user, mongodbRole(chosen, config)));
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    print(error.message);
    return 1;
  }
}

function forRedis(user: string, selectors: readonly string[]): string {
  const command = [`redis-cli ACL SETUSER ${user} reset on '>PASSWORD'`, ...selectors.map(quote)];
  return [
    '# Redis: on every server (replicas and nodes of a cluster too), with a password of yours for PASSWORD',
    command.join(' \\\n  '),
  ].join('\n');
}

/** As one word of a shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function forMongodb(user: string, role: ReturnType<typeof mongodbRole>): string {
  const name = JSON.stringify(user);
  return [
    '// MongoDB: in mongosh, as an administrator',
    'db = db.getSiblingDB("admin")',
    `role = ${JSON.stringify(role)}`,
    `db.getRole(${name}) ? db.updateRole(${name}, role) : db.createRole({ role: ${name}, ...role })`,
    `db.getUser(${name}) || db.createUser({ user: ${name}, pwd: passwordPrompt(), roles: [${name}] })`,
  ].join('\n');
}
