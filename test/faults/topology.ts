/** Who reads which stream, and where events wait, as the modules declare it. */
import { modules } from '../../modules/index.ts';
import { databaseName } from '../../src/module/module.ts';

const DATABASE_PREFIX = 'millrace_';

/** Every consumer group, with the stream that it reads. */
export const GROUPS: readonly { stream: string; group: string }[] = modules.flatMap(
  ({ name, listens = [] }) =>
    [...new Set(listens.map((contract) => contract.stream))].map((stream) => ({
      stream,
      group: name,
    })),
);

export const STREAMS: readonly string[] = [...new Set(GROUPS.map(({ stream }) => stream))];

/** Every stream that a module writes. */
export const OWNED: readonly string[] = modules.flatMap(({ stream }) => stream ?? []);

/** Every collection whose documents carry events. */
export const OUTBOXES: readonly { database: string; collection: string }[] = modules.flatMap(
  ({ name, collections = {} }) =>
    Object.entries(collections)
      .filter(([, { outbox }]) => outbox)
      .map(([collection]) => ({ database: databaseOf(name), collection })),
);

/** The database of a module. */
export function databaseOf(module: string): string {
  return databaseName(DATABASE_PREFIX, module);
}

/** The stream of a group's dead letters. */
export function deadLettersOf({ stream, group }: { stream: string; group: string }): string {
  return `{${stream}}:dead:${group}`;
}
