/** `millrace access`: the commands that make the users of a process, with the least rights that it needs. */
import { parseArgs } from 'node:util';
import { ConfigError, loadConfig } from '../config/index.ts';
import { selectModules } from '../module/select.ts';
import { mongodbRole } from '../access/mongodb.ts';
import { redisSelectors } from '../access/redis.ts';
import type { CommandCode } from './command.ts';
import type { CommandProcess } from './process.ts';

export const access: CommandCode<CommandProcess> = {
  help: `millrace access [MODULE ...]

Prints the commands for redis-cli and mongosh that make the users of a process which runs these modules,
with the rights that it needs and no more; without names those of MODULES, or all.

Exit status: 0 they are printed, 1 a name or a setting is wrong, 2 it was called wrongly.`,
  async run(args, process) {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
    return printAccess(positionals, process);
  },
};

/** Prints them for the modules of these names. Gives the exit status. */
function printAccess(
  names: readonly string[],
  { modules, environment, print }: CommandProcess,
): number {
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
