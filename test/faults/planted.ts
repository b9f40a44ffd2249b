/** A Millrace process with a planted bug: `node test/faults/planted.ts BUG`. */
import { modules } from '../../modules/index.ts';
import type { Module, ModuleContext } from '../../src/module.ts';
import { run } from '../../src/run.ts';
import { PLANTS, type Plant } from './options.ts';
import { publishingFirst } from './publish-before-write.ts';

/** How late the effect of an event is stored that is acknowledged already, in ms. */
const LATE_MS = 250;

const PLANT_IN: Record<Plant, (module: Module) => Module> = {
  'ack-before-effect': acknowledgingFirst,
  'publish-before-write': (module) => onContext(module, publishingFirst),
};

/** The handlers say at once that they are done, and do their work after. */
function acknowledgingFirst(module: Module): Module {
  return {
    ...module,
    listens: (module.listens ?? []).map((listener) => ({
      ...listener,
      async handle(events, context) {
        setTimeout(() => void listener.handle(events, context).catch(() => undefined), LATE_MS);
      },
    })),
  };
}

/** The module with another context than the host gives it. */
function onContext(module: Module, change: (context: ModuleContext) => ModuleContext): Module {
  const { routes, start, stop, recover, listens = [] } = module;
  return {
    ...module,
    listens: listens.map((listener) => ({
      ...listener,
      handle: (events, context) => listener.handle(events, change(context)),
    })),
    ...(routes && { routes: (app, context) => routes(app, change(context)) }),
    ...(start && { start: (context) => start(change(context)) }),
    ...(stop && { stop: (context) => stop(change(context)) }),
    ...(recover && { recover: (context, since) => recover(change(context), since) }),
  };
}

const plant = PLANTS.find((name) => name === process.argv[2]);
if (plant) await run(modules.map(PLANT_IN[plant]), process.env);
else process.stderr.write(`Name the bug to plant: ${PLANTS.join(', ')}\n`);
