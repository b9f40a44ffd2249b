/** A terminal in which the commands of the documents run: on a test's place, and with the ids of this run. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Test } from 'tap';
import { startProcess, type MillraceProcess } from '../process.ts';
import { eventually, type TestEnvironment } from '../support.ts';
import { createMatcher, type Command } from './commands.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);
/** How long a command may take to print what is expected, in ms. */
const DEADLINE_MS = 30_000;
/** What would answer otherwise the second time is run once; all else until it prints what it should. */
const ONCE = /^(npm|cat|echo|mkdir) | XADD |\/discard|\/refunds/;
/** The engines are the test's, whatever a page calls them. */
const ENGINES = new Set(['REDIS_URL', 'MONGODB_URL']);

export interface Terminal {
  /** Runs a command; gives what it printed, and the pattern of what it should. */
  run(command: Command): Promise<{ printed: string; pattern: RegExp }>;
  /** Every line that the processes have logged. */
  logs(): Record<string, unknown>[];
}

/** Opens one; `exported` are variables of its commands and processes. */
export function createTerminal(
  t: Test,
  env: TestEnvironment,
  exported: Record<string, string>,
): Terminal {
  const directory = t.testdir();
  const { matcherOf, translate } = createMatcher();
  const environment = {
    ...env.environment,
    LOG_LEVEL: 'info',
    SAMPLE_CATALOGUE: 'on',
    RATE_LIMIT_PER_MINUTE: '1200',
    ...exported,
  };
  /** By the port that the documents say. */
  const processes = new Map<string, MillraceProcess>();
  const all: MillraceProcess[] = [];

  return {
    logs: () => all.flatMap(({ logs }) => logs),
    async run({ text, prints }) {
      const [, before = '', command = ''] = /^((?:export |\w+=\S* )*)(.*)$/s.exec(text) ?? [];
      const { pattern, learn } = matcherOf(prints);
      let printed = '';
      if (text.startsWith('export ')) Object.assign(environment, variablesOf(text));
      else if (command === 'npm start') printed = await start(variablesOf(before), prints);
      else printed = await execute(text, pattern);
      if (pattern.test(printed)) learn(printed);
      return { printed, pattern };
    },
  };

  /** Starts a process, in the place of one on the same port; gives what it logs until it is ready. */
  async function start(variables: Record<string, string>, prints: string): Promise<string> {
    const { PORT: port = '3000' } = variables;
    await processes.get(port)?.end('SIGTERM');
    const started = await startProcess(t, env, { ...environment, ...variables, PORT: '0' });
    processes.set(port, started);
    all.push(started);
    const ready = await eventually(
      'Millrace is ready',
      () => started.logs.findLastIndex(({ msg }) => msg === 'Millrace is ready') + 1,
    );
    if (prints === '') return '';
    const lines = started.logs.slice(0, ready).map((line) => JSON.stringify(line));
    return lines.join('\n').replaceAll(started.url, `http://127.0.0.1:${port}`);
  }

  async function execute(text: string, pattern: RegExp): Promise<string> {
    const here = translate(text)
      .replaceAll(
        /http:\/\/127\.0\.0\.1:(\d+)/g,
        (url, port: string) => processes.get(port)?.url ?? url,
      )
      .replaceAll(/redis:\/\/127\.0\.0\.1:\d+/g, env.redisUrl)
      .replaceAll(/(?<=(?:XADD|XREVRANGE) )\w+/g, (stream) => env.keyPrefix + stream)
      .replaceAll('/tmp/', `${directory}/`);
    // FAKETTY: what redis-cli prints to a terminal, which is what a reader sees.
    const variables = { ...process.env, ...environment, FAKETTY: '1' };
    let printed = '';
    const attempt = async (): Promise<boolean> => {
      const shell = run('sh', ['-c', `exec 2>&1\n${here}`], {
        cwd: ROOT,
        env: variables,
      });
      const { stdout } = await shell.catch((error: { stdout: string }) => error);
      printed = stdout.replaceAll('\r', '').replaceAll(`${directory}/`, '/tmp/').trim();
      return pattern.test(printed);
    };
    if (ONCE.test(text)) await attempt();
    else await eventually(text, attempt, DEADLINE_MS).catch(() => undefined);
    return printed;
  }
}

/** `A=b C=d` as an object, without the engines. */
function variablesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/(\w+)=(\S*)/g)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
  return Object.fromEntries(pairs.filter(([name]) => !ENGINES.has(name)));
}
