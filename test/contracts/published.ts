/** The contracts of all modules, found on the disk: every event that some `events.ts` exports. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { EventContract } from '../../src/bus/index.ts';
import type { Module } from '../../src/module/module.ts';

const ROOT = join(import.meta.dirname, '..', '..');

export interface Exported {
  /** The module's folder, which is its name. */
  module: string;
  contract: EventContract;
}

/** All contracts, in the order of their modules. */
export async function findContracts(): Promise<Exported[]> {
  const found: Exported[] = [];
  for (const file of globSync('modules/*/events.ts', { cwd: ROOT }).toSorted()) {
    const module = file.split('/')[1]!;
    const exported = Object.values(await load(file)).filter(isContract);
    if (exported.length === 0) throw new Error(`${file} exports no event`);
    found.push(...exported.map((contract) => ({ module, contract })));
  }
  return found;
}

/** The declarations of the modules, by name. A folder without an `index.ts` declares none. */
export async function findModules(): Promise<Map<string, Module>> {
  const found = new Map<string, Module>();
  for (const file of globSync('modules/*/index.ts', { cwd: ROOT }).toSorted()) {
    const name = file.split('/')[1]!;
    const module = Object.values(await load(file)).find((one) => isNamed(one, name));
    if (!module) throw new Error(`${file} exports no module of the name ${name}`);
    found.set(name, module as Module);
  }
  return found;
}

async function load(file: string): Promise<object> {
  return (await import(join(ROOT, file))) as object;
}

function isContract(value: unknown): value is EventContract {
  const parts = ['stream', 'type', 'v', 'key', 'data', 'create'];
  return typeof value === 'object' && value !== null && parts.every((part) => part in value);
}

function isNamed(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && 'name' in value && value.name === name;
}
