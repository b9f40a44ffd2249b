/** Rebuilding a read model, as whoever wants it sees it: begun, shown, abandoned. */
import { randomUUID } from 'node:crypto';
import type { Bus } from '../bus/index.ts';
import { readModelOf, type LoadedModule } from '../module/module.ts';
import { createReconciler, replaysOf } from './reconcile.ts';
import { describe, type RebuildState } from './state.ts';
import { createVersions, type VersionsDocument } from './versions.ts';

export interface Rebuild {
  /** The module whose read model it is. */
  readonly module: string;
  /** Begins to rebuild, unless that is under way. Gives how far it is. */
  begin(): Promise<RebuildState>;
  state(): Promise<RebuildState>;
  /** Gives up what is under way; what is read stays as it is. */
  abandon(): Promise<RebuildState>;
  /** Takes part in what is under way, from now on. */
  start(): void;
  stop(): Promise<void>;
}

/** The rebuilding, in this process, of the read models that the modules have. */
export function rebuildsOf(modules: readonly LoadedModule[], bus: Bus): Rebuild[] {
  return modules.flatMap((loaded) => {
    const model = readModelOf(loaded.module);
    return model ? [createRebuild(loaded, model, bus)] : [];
  });
}

function createRebuild(
  { module, context }: LoadedModule,
  model: NonNullable<ReturnType<typeof readModelOf>>,
  bus: Bus,
): Rebuild {
  const { db, log } = context;
  const versions = createVersions(db, model.name);
  const reconciler = createReconciler({ module, model, versions, context, bus });

  async function stateOf(all: VersionsDocument): Promise<RebuildState> {
    const replays = all.building ? replaysOf(module, all.building.run, bus) : [];
    const sources = replays.map(async ({ stream, replay }) => ({
      stream,
      ...(await replay.progress()),
    }));
    return describe(all, await Promise.all(sources));
  }

  return {
    module: module.name,
    async begin() {
      const run = randomUUID().replaceAll('-', '');
      const begun = await versions.begin(run);
      if (begun.building.run === run) {
        log.info({ run }, 'rebuilding begins');
        await reconciler.createCollection(begun.building);
      }
      return stateOf(begun);
    },
    state: async () => stateOf(await versions.read()),
    async abandon() {
      const { building } = await versions.read();
      if (building) {
        await versions.discard(building.run, { outcome: 'abandoned' });
        // Without its stream, nobody goes on with the replay.
        for (const { replay } of replaysOf(module, building.run, bus)) await replay.remove();
      }
      return stateOf(await versions.read());
    },
    start: () => reconciler.start(),
    stop: () => reconciler.stop(),
  };
}
