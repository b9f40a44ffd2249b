/**
 * The work of rebuilding from nothing, by events, while what there is is read and events come in.
 * Every process of the module runs the same reconcile loop, and every step may be done twice: no process
 * leads, and what a crash leaves is taken up by the next run of any other.
 */
import type { Db } from 'mongodb';
import { periodic, type Bus, type Replay, type Subscription } from '../bus/index.ts';
import type { ModuleContext } from '../module/context.ts';
import { readModelOf, setUp, type Module, type ReadModelDeclaration } from '../module/module.ts';
import { ignoreExisting } from '../stores/mongodb.ts';
import { writeTo } from './read-model.ts';
import { expired, isLeftUncreated, type Building, type Versions } from './versions.ts';

/** The pause between two runs of the loop, in ms. */
const EVERY_MS = 500;

export interface Reconciler {
  /**
   * Makes the collection of a run. What is to be replayed is asked for only after this. So an event that
   * was handled before the new collection was written to is one that the documents remember when
   * they are read.
   */
  createCollection(building: Building): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

/** The replays of a run: one of each stream that the read model is made of. */
export function replaysOf(
  module: Module,
  run: string,
  bus: Bus,
): { stream: string; replay: Replay }[] {
  const { name } = module;
  return [...(readModelOf(module)?.sources ?? [])].map((stream) => ({
    stream,
    replay: bus.replay(stream, name, run),
  }));
}

export function createReconciler(options: {
  module: Module;
  model: ReadModelDeclaration;
  versions: Versions;
  context: ModuleContext;
  bus: Bus;
}): Reconciler {
  const { module, model, versions, context, bus } = options;
  const { db, log } = context;
  const reader = createRunReader(module, context);

  const reconciling = periodic({
    everyMs: EVERY_MS,
    work: reconcile,
    what: `rebuilding ${module.name}`,
    log,
  });

  async function reconcile(): Promise<void> {
    const state = await versions.read();
    const { building } = state;
    await reader.stopOthers(building?.run);
    if (building && isLeftUncreated(state)) await createCollection(building);
    if (building?.ready) await advance(building);
    if (expired(state).length > 0) {
      await cleanUp(db, versions, async (ended) => {
        for (const { replay } of replaysOf(module, ended, bus)) await replay.remove();
      });
    }
  }

  async function advance(building: Building): Promise<void> {
    const { run, collection } = building;
    const replays = replaysOf(module, run, bus);
    const progress = await Promise.all(replays.map(({ replay }) => replay.ensureRunning()));
    await reader.read(building, replays);
    const failure = progress.find((one) => one.failure !== undefined)?.failure;
    if (failure !== undefined) {
      log.error({ run, reason: failure }, 'rebuilding failed; what was there is read on');
      await versions.discard(run, { outcome: 'failed', reason: failure });
    } else if (progress.every(({ complete }) => complete)) {
      const events = progress.reduce((sum, { sent }) => sum + sent, 0);
      const documents = await db.collection(collection).estimatedDocumentCount();
      await versions.finish(run, { events, documents });
      log.info({ run, events, documents }, 'rebuilt; what was built is read from now on');
    }
  }

  async function createCollection({ run, collection }: Building): Promise<void> {
    await db.createCollection(collection).catch(ignoreExisting);
    if (model.indexes.length > 0) await db.collection(collection).createIndexes([...model.indexes]);
    await versions.ready(run);
  }

  return {
    createCollection,
    start: () => reconciling.start(),
    async stop() {
      await reconciling.stop();
      await reader.stop();
    },
  };
}

/** What this process reads of the run that is under way. */
function createRunReader(module: Module, context: ModuleContext) {
  /** By the stream. */
  const subscriptions = new Map<string, Subscription>();
  let run: string | undefined;

  async function stop(): Promise<void> {
    const ended = [...subscriptions.values()];
    subscriptions.clear();
    run = undefined;
    await Promise.all(ended.map((subscription) => subscription.stop()));
  }

  return {
    stop,
    /** Stops where another run is read than the one that is under way, if any is. */
    async stopOthers(current: string | undefined): Promise<void> {
      if (run !== current) await stop();
    },
    /** Gives old events to the module's handlers, whose effects go to what is being built alone. */
    async read(building: Building, replays: ReturnType<typeof replaysOf>): Promise<void> {
      run = building.run;
      const readModel = { ...context.readModel, ...writeTo(context.db, building.collection) };
      if (replays.every(({ stream }) => subscriptions.has(stream))) return;
      const { handlers = [] } = setUp(module, { ...context, readModel });
      for (const { stream, replay } of replays) {
        if (subscriptions.has(stream)) continue;
        const ofStream = handlers.filter(({ contract }) => contract.stream === stream);
        subscriptions.set(stream, await replay.read(ofStream));
      }
    },
  };
}

/** Drops what is not read or written any more, and what late writers have made anew of it. */
async function cleanUp(
  db: Db,
  versions: Versions,
  removeReplays: (run: string) => Promise<void>,
): Promise<void> {
  const due = expired(await versions.read());
  for (const { collection, run } of due) {
    await removeReplays(run);
    await db.dropCollection(collection);
    await versions.remove(collection);
  }
  // Looked for before the state is read: one that was made meanwhile stands in it by then.
  const found = await db.listCollections({}, { nameOnly: true }).toArray();
  const { current, building, retired } = await versions.read();
  const counting = [current, building?.collection, ...retired.map((one) => one.collection)];
  const ours = new RegExp(`^${versions.name}(_[0-9a-f]{32})?$`);
  for (const { name } of found)
    if (ours.test(name) && !counting.includes(name)) await db.dropCollection(name);
}
