/** A Millrace process with a planted bug: `node test/faults/planted.ts BUG`. */
import { modules } from '../../modules/index.ts';
import { serve } from '../../src/cli/start.ts';
import type { Module } from '../../src/module/module.ts';
import type { ModuleContext } from '../../src/module/context.ts';
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
    setup(context) {
      const instance = module.setup?.(context) ?? {};
      return {
        ...instance,
        handlers: (instance.handlers ?? []).map((listener) => ({
          ...listener,
          async handle(events) {
            setTimeout(() => void listener.handle(events).catch(() => undefined), LATE_MS);
          },
        })),
      };
    },
  };
}

/** The module with another context than the host gives it. */
function onContext(module: Module, change: (context: ModuleContext) => ModuleContext): Module {
  return { ...module, setup: (context) => module.setup?.(change(context)) ?? {} };
}

const plant = PLANTS.find((name) => name === process.argv[2]);
if (plant) await serve({ modules: modules.map(PLANT_IN[plant]), environment: process.env });
else process.stderr.write(`Name the bug to plant: ${PLANTS.join(', ')}\n`);
