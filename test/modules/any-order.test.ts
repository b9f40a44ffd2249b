/** Every handler of every module leads to the same state when events come twice, late, out of order. */
import { pino } from 'pino';
import { test } from 'tap';
import { sameStateInAnyOrder } from '../../src/bus/index.ts';
import type { Module, ModuleContext } from '../../src/index.ts';
import { modules } from '../../modules/index.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import { loadConfig } from '../../src/config/index.ts';
import { createScope, type Scope } from '../servers.ts';
import { openTestEnvironment } from '../support.ts';
import type { Scenario } from './scenario.ts';

for (const module of modules) {
  test(`the handlers of ${module.name}`, async (t) => {
    if ((module.listens ?? []).length === 0) return t.pass('it listens to nothing');
    const { scenario } = (await import(`./${module.name}/scenario.ts`)) as { scenario: Scenario };
    const heard = new Set(
      scenario.events.map(({ entry: [, fields] }) => fields[fields.indexOf('type') + 1]),
    );
    const unheard = (module.listens ?? [])
      .map(({ type }) => type)
      .filter((type) => !heard.has(type));
    t.same(unheard, [], 'the scenario has an event for every handler');
    let stage = createScope();
    t.teardown(() => stage.end());
    await sameStateInAnyOrder({
      events: scenario.events,
      async stage() {
        await stage.end();
        stage = createScope();
        return openStage(stage, module, scenario);
      },
      rounds: 6,
    });
    t.pass('every order of events led to the same state');
    return undefined;
  });
}

async function openStage(t: Scope, module: Module, { before }: Scenario) {
  const env = await openTestEnvironment(t);
  const config = loadConfig(env.environment, [module]);
  const runtime = await createRuntime({
    config,
    modules: [module],
    ...env,
    log: pino({ level: 'silent' }),
  });
  t.teardown(() => runtime.opened.dispose());
  const [loaded] = runtime.modules;
  const { context, instance } = loaded!;
  await before?.(context);
  return { listeners: instance.handlers ?? [], state: () => dump(module, context) };
}

/** All documents of a module, without what may differ from run to run: times, ids made at random. */
async function dump(module: Module, { db }: ModuleContext): Promise<unknown> {
  const state: Record<string, unknown> = {};
  for (const name of Object.keys(module.collections ?? {})) {
    const documents = await db.collection(name).find().toArray();
    state[name] = documents
      .map(strip)
      .map((one) => JSON.stringify(one, withoutTimes))
      .toSorted();
  }
  return state;
}

function withoutTimes(name: string, value: unknown): unknown {
  return name === 'at' ? undefined : value;
}

function strip(document: Record<string, unknown>): unknown {
  const { outbox: _outbox, createdAt: _createdAt, updatedAt: _updatedAt, ...dated } = document;
  const { since: _since, ...rest } = withSortedTimeline(dated);
  const ids = 'orderId' in rest ? { _id: '' } : {};
  const answers = rest['answers'];
  return Object.fromEntries(
    Object.entries({ ...rest, ...ids, ...(answers ? { answers: sorted(answers) } : {}) }).toSorted(
      ([a], [b]) => a.localeCompare(b),
    ),
  );
}

function sorted(object: object): unknown {
  return Object.fromEntries(Object.entries(object).toSorted(([a], [b]) => a.localeCompare(b)));
}

/** A timeline holds what came in the order in which it came; only what came must be the same. */
function withSortedTimeline(document: Record<string, unknown>): Record<string, unknown> {
  if (!Array.isArray(document['timeline'])) return document;
  const entries = document['timeline'] as Record<string, unknown>[];
  const timeline = entries
    .map(({ eventId: _eventId, ...entry }) => entry)
    .toSorted((a, b) => String(a['type']).localeCompare(String(b['type'])));
  return { ...document, timeline };
}
