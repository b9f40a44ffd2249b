/** The command line: finds the command that is meant, prints its help, and says what was called wrongly. */
import type { Module } from '../module/module.ts';
import { runModuleJob } from '../runtime/job.ts';
import { version } from '../runtime/version.ts';
import { UsageError, type Command, type CommandCode } from './command.ts';
import type { CommandProcess } from './process.ts';

/** Exit statuses: it was asked for help; it was called wrongly. */
const EXIT = { help: 0, usage: 2 };

/** The host's own commands; those of modules follow. */
const COMMANDS: readonly Command<CommandProcess>[] = [
  {
    name: 'start',
    summary: 'runs the modules that MODULES names, by default all',
    load: async () => (await import('./start.ts')).start,
  },
  {
    name: 'rebuild',
    summary: 'makes the read model of a module again, from events',
    load: async () => (await import('./rebuild.ts')).rebuild,
  },
  {
    name: 'access',
    summary: 'prints the commands that give a process the rights it needs, and no more',
    load: async () => (await import('./access.ts')).access,
  },
];

/** Runs the command that the arguments name. Gives the exit status. */
export async function runCommandLine(
  args: readonly string[],
  process: CommandProcess,
): Promise<number> {
  const commands = [...COMMANDS, ...process.modules.flatMap(commandsOf)];
  const [name, ...rest] = args;
  if (name === '--version') {
    process.print(version);
    return EXIT.help;
  }
  if (name === undefined || asksForHelp([name])) {
    (name === undefined ? process.printError : process.print)(overview(commands));
    return name === undefined ? EXIT.usage : EXIT.help;
  }
  const command = commands.find((one) => one.name === name);
  if (!command) {
    const known = commands.map((one) => one.name).join(', ');
    process.printError(
      `There is no command ${name}. There are ${known}; millrace --help says more.`,
    );
    return EXIT.usage;
  }
  const { help, run } = await command.load();
  if (asksForHelp(rest)) {
    process.print(help.trimEnd());
    return EXIT.help;
  }
  try {
    return await run(rest, process);
  } catch (error) {
    if (!isUsageError(error)) throw error;
    process.printError(`${error.message}\nmillrace ${name} --help says more.`);
    return EXIT.usage;
  }
}

/** A module's commands get the module's own context, in a process of their own. */
function commandsOf(module: Module): Command<CommandProcess>[] {
  return (module.commands ?? []).map(({ name, summary, load }) => ({
    name,
    summary,
    async load(): Promise<CommandCode<CommandProcess>> {
      const { help, run } = await load();
      return {
        help,
        run: (args, process) => run(args, (work) => runModuleJob(module, process, work)),
      };
    },
  }));
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const options = end === -1 ? args : args.slice(0, end);
  return options.includes('--help') || options.includes('-h');
}

/** Ours, or one of `parseArgs`. */
function isUsageError(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  return (
    error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  );
}

function overview(commands: readonly Command<never>[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    'millrace COMMAND [ARGUMENTS]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'millrace COMMAND --help says what it takes. In a checkout, npx millrace runs the same, and npm start,',
    'npm run import -- ARGUMENTS and so on do, which first fetch what is missing.',
  ].join('\n');
}
