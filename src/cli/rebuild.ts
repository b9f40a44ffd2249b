/** `millrace rebuild`: a read model is rebuilt by a process of its own, beside a shop that runs or alone. */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Runtime } from '../runtime/runtime.ts';
import { answerReplays } from '../host.ts';
import { readModelOf, type Module } from '../module/module.ts';
import { rebuildsOf, type Rebuild } from '../read-model/rebuild.ts';
import type { RebuildState } from '../read-model/state.ts';
import { runJob } from '../runtime/job.ts';
import { UsageError, type CommandCode } from './command.ts';
import type { CommandProcess } from './process.ts';

type Print = CommandProcess['print'];

/** Exit statuses: rebuilt; not rebuilt, for a reason that was printed. */
const EXIT = { rebuilt: 0, not: 1 };
/** The pause between two polls, in ms. */
const LOOK_MS = 250;
/** The pause between two lines that say how far it is, in ms. */
const REPORT_MS = 1000;

export const rebuild: CommandCode<CommandProcess> = {
  help: `millrace rebuild MODULE

Makes the read model of a module again, from the events of those that it listens to, such as
order-history. The old one is read until the new one is whole. Where a rebuild is under way, in a shop that
runs say, this takes part in it.

Exit status: 0 it is rebuilt, 1 it is not, for the reason that is printed, 2 it was called wrongly.`,
  run(args, process) {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
    const [name, ...more] = positionals;
    if (name === undefined)
      throw new UsageError(`Name the module: ${rebuildable(process.modules).join(', ')}.`);
    if (more.length > 0) throw new UsageError(`Name one module; ${more.join(' ')} is too much.`);
    return runRebuild(name, process);
  },
};

function rebuildable(modules: readonly Module[]): string[] {
  return modules.filter(readModelOf).map((one) => one.name);
}

/**
 * Rebuilds the read model of a module, or takes part where that is under way, until it has ended.
 * Gives the exit status.
 */
async function runRebuild(name: string, process: CommandProcess): Promise<number> {
  const { modules, print } = process;
  const module = modules.find((one) => one.name === name && readModelOf(one));
  if (!module) {
    print(`${name} cannot be rebuilt. These can be: ${rebuildable(modules).join(', ')}.`);
    return EXIT.not;
  }
  const owners = ownersOf(module, modules);
  const silent = owners
    .filter(({ provides = [] }) => !provides.includes('eventHistory'))
    .map((owner) => owner.name);
  if (silent.length > 0) {
    print(
      `${module.name} cannot be rebuilt: no history of events is kept by ${silent.join(', ')}.`,
    );
    return EXIT.not;
  }
  return runJob([...new Set([module, ...owners])], process, (runtime) =>
    runOne(module, runtime, print),
  );
}

/** Those who write the streams that a read model is made of. */
function ownersOf(module: Module, modules: readonly Module[]): Module[] {
  const sources = readModelOf(module)?.sources;
  return modules.filter(({ stream }) => stream !== undefined && sources?.has(stream));
}

async function runOne(module: Module, { bus, modules }: Runtime, print: Print): Promise<number> {
  for (const one of modules) answerReplays(bus, one);
  await bus.start();
  const ours = modules.filter((one) => one.module === module);
  const [one] = rebuildsOf(ours, bus);
  const signal = ours[0]?.context.signal;
  if (!one || !signal) throw new Error(`module ${module.name} was not loaded`);
  const { run } = await one.begin();
  one.start();
  try {
    const state = await follow(one, run, signal, print);
    return report(module.name, run, state, print);
  } finally {
    await one.stop();
  }
}

/** Polls until the run is not under way any more, or the process is to stop. */
async function follow(
  rebuilding: Rebuild,
  run: string | undefined,
  signal: AbortSignal,
  print: Print,
): Promise<RebuildState> {
  let printedAt = 0;
  for (;;) {
    const now = await rebuilding.state();
    if (now.run !== run || signal.aborted) return now;
    if (Date.now() - printedAt >= REPORT_MS) {
      printedAt = Date.now();
      print(now.sources.map(progressOf).join('; '));
    }
    await delay(LOOK_MS);
  }
}

function progressOf({ stream, sent, waiting, told }: RebuildState['sources'][number]): string {
  return `${stream}: ${Math.max(0, sent - waiting)} events${told ? ` of ${sent}` : ''}`;
}

function report(
  name: string,
  run: string | undefined,
  { state, last }: RebuildState,
  print: Print,
): number {
  if (last?.run === run && last?.outcome === 'done') {
    const seconds = (Date.parse(last.endedAt) - Date.parse(last.startedAt)) / 1000;
    print(
      `${name} is rebuilt: ${last.documents} documents of ${last.events} events in ${seconds.toFixed(1)} seconds`,
    );
    return EXIT.rebuilt;
  }
  if (state === 'rebuilding')
    print(`${name} is not rebuilt yet: a shop that runs goes on, and so does this command`);
  else print(`${name} is not rebuilt: ${last?.reason ?? 'it was given up'}`);
  return EXIT.not;
}
