/** The reference of the command line, from what its `--help` prints. */
import type { Module } from '../../src/index.ts';
import { runCommandLine } from '../../src/cli/index.ts';

/** What all commands are, and the help of each. */
export async function describeCommands(modules: readonly Module[]): Promise<string> {
  const helpOf = async (...args: string[]): Promise<string> => {
    const lines: string[] = [];
    const print = (text: string) => lines.push(text);
    const rest = { environment: {}, startEngines: undefined, printError: print };
    await runCommandLine([...args, '--help'], { modules, print, ...rest });
    return `\`\`\`\n${lines.join('\n')}\n\`\`\``;
  };
  const overview = await helpOf();
  const names = [...overview.matchAll(/^  (\w+)  /gm)].map(([, name = '']) => name);
  const chapters = names.map(async (name) => `## millrace ${name}\n\n${await helpOf(name)}`);
  return [overview, ...(await Promise.all(chapters))].join('\n\n');
}
