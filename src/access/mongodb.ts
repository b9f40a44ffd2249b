/** The rights that a process needs in MongoDB, derived from what its modules declare. */
import type { Config } from '../config/index.ts';
import { databaseName, type Module } from '../module/module.ts';

/** The host's own collections, and what every process does to their documents. */
const HOST: Readonly<Record<string, readonly string[]>> = {
  secrets: ['find', 'insert', 'update'],
  handled: ['find', 'insert', 'update'],
  probes: ['insert', 'update'],
  // Nobody changes or removes what it says: see src/http/admin/audit/log.ts.
  audit: ['find', 'insert', 'createIndex'],
};

/** What a role of MongoDB holds, as `createRole` takes it. */
export interface RoleContents {
  privileges: { resource: { db: string; collection: string }; actions: readonly string[] }[];
  roles: { role: string; db: string }[];
}

/** The role of a process that runs these modules: their own databases, and its part of the host's. */
export function mongodbRole(
  modules: readonly Module[],
  { MONGODB_DATABASE_PREFIX: prefix }: Pick<Config, 'MONGODB_DATABASE_PREFIX'>,
): RoleContents {
  return {
    privileges: Object.entries(HOST).map(([collection, actions]) => ({
      resource: { db: databaseName(prefix, 'host'), collection },
      actions,
    })),
    roles: modules.map(({ name }) => ({ role: 'readWrite', db: databaseName(prefix, name) })),
  };
}
