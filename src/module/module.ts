/** What a module is: one declaration that says all there is to know of it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { IndexDescription } from 'mongodb';
import type { Static, TObject } from 'typebox';
import type { EventContract, Listener, OutboxRecord, Retention } from '../bus/index.ts';
import type { Command } from '../cli/command.ts';
import type { ModuleContext } from './context.ts';

/** A collection of a module: its indexes, and whether its documents carry events. */
export interface CollectionDeclaration {
  readonly indexes?: readonly IndexDescription[];
  readonly outbox?: boolean;
  /**
   * It is made by the module's handlers alone, so it can be made again from nothing, by the events
   * that other modules' documents remember. It is reached by `context.readModel` alone, since what
   * is being rebuilt lies in a second collection until that takes its place. One in a module.
   */
  readonly readModel?: boolean;
  /** The streams that the read model is made of; by default all that the module listens to. */
  readonly sources?: readonly string[];
}

/** The Fastify instance that routes are added to, typed by their TypeBox schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Adds routes, or hooks, to the application. */
export type Routes = (app: App) => void | Promise<void>;

/** A job that runs at the start and then `everyMs` after each run, until the process stops. */
export interface Job {
  readonly name: string;
  readonly everyMs: number;
  readonly run: () => Promise<unknown>;
}

/** What a module does in one process: made by its `setup`, with its state in the closure of that. */
export interface ModuleInstance {
  /** A handler for each contract in `listens`, made by `on` or `onAll`. */
  readonly handlers?: readonly Listener[];
  /** Adds the module's routes; they live under `/api`. */
  readonly routes?: Routes;
  /** Adds the operator's routes; they live under `/api/admin`, and each says by its `config.role` who may call it. */
  readonly adminRoutes?: Routes;
  /** Adds pages, at the root of the process. */
  readonly pages?: Routes;
  /** Adds hooks that see every request to the process before any route does. */
  readonly requestHooks?: Routes;
  /**
   * Publishes again, with `context.republish`, what may be missing from Redis: all that is open, and
   * what was changed since the given time, in ms since the epoch. Runs at every start and whenever
   * Redis has lost events, so those who listen must know an event that comes again.
   */
  readonly recover?: (since: number) => Promise<void>;
  /**
   * Every event that the module's documents remember, with the id, time and data that it had when it
   * was published; those of one key in their order. Read models of others are rebuilt from them.
   */
  readonly eventHistory?: () => AsyncIterable<OutboxRecord>;
  /**
   * Everything that the module holds of a user, for whoever has a right to see it. A module that has
   * such data has it erased by `context.pseudonyms` where it hears that the user is.
   */
  readonly personalData?: (userId: string) => AsyncIterable<object>;
  /** What the module does again and again, in every process that runs it; a failure is tried again. */
  readonly jobs?: readonly Job[];
  /** Runs when its collections are ready and before its events and requests come. */
  readonly start?: () => Promise<void>;
  /** Runs after the last event and request. */
  readonly stop?: () => Promise<void>;
}

/** What the host has to know of a module in processes, too, where the module does not run. */
const CAPABILITIES = [
  'routes',
  'adminRoutes',
  'requestHooks',
  'eventHistory',
  'personalData',
] as const satisfies readonly (keyof ModuleInstance)[];

export type Capability = (typeof CAPABILITIES)[number];

/**
 * Does one piece of work with the module's context, in a process that handles and serves nothing. Gives
 * the exit status that the work gives, or one of its own where it cannot begin.
 */
export type RunJob = (work: (context: ModuleContext) => Promise<number>) => Promise<number>;

/** What a module is, wherever it runs. */
export interface Module {
  /** Lower case with hyphens; names the consumer group and, with `_` for `-`, the database. */
  readonly name: string;
  /** What it does, in a few words, for the documents. */
  readonly description?: string;
  /** The one stream that the module writes, and the events that it publishes there. */
  readonly stream?: string;
  readonly publishes?: readonly EventContract[];
  /** The events that it handles; `setup` gives a handler for each. */
  readonly listens?: readonly EventContract[];
  /** Its environment variables; `context.settings` holds their values. */
  readonly settings?: TObject;
  readonly collections?: Readonly<Record<string, CollectionDeclaration>>;
  /** How much of its stream is kept although all have handled it; by default the process's. */
  readonly retention?: Partial<Retention>;
  /** What it adds to the command line. */
  readonly commands?: readonly Command<RunJob>[];
  /** Which of these `setup` gives. */
  readonly provides?: readonly Capability[];
  /**
   * Makes what the module does, with what the host gives it. It only makes: what is to be opened or read
   * waits for `start`. It is called once in a process, and once more where the read model is rebuilt:
   * those handlers write what is being built.
   */
  setup?(context: ModuleContext): ModuleInstance;
}

/** A module as it is declared: `setup` gives what `provides` says, and no other capability. */
interface ModuleDeclaration<Settings extends TObject, Provided extends Capability> extends Omit<
  Module,
  'settings' | 'setup' | 'provides'
> {
  readonly settings?: Settings;
  readonly provides?: readonly Provided[];
  setup?(
    context: ModuleContext<Static<Settings>>,
  ): Omit<ModuleInstance, Capability> &
    Required<Pick<ModuleInstance, NoInfer<Provided>>> &
    Partial<Record<Exclude<Capability, NoInfer<Provided>>, undefined>>;
}

/**
 * Declares a module.
 *
 * @throws Error where an event that it publishes belongs to another stream than its own, or it has
 * more than one read model.
 */
export function defineModule<Settings extends TObject, Provided extends Capability = never>(
  module: ModuleDeclaration<Settings, Provided>,
): Module {
  for (const contract of module.publishes ?? []) {
    if (contract.stream !== module.stream) {
      throw new Error(
        `module ${module.name} writes ${module.stream ?? 'no stream'}, but publishes ${contract.type} of ${contract.stream}`,
      );
    }
  }
  if (Object.values(module.collections ?? {}).filter(({ readModel }) => readModel).length > 1)
    throw new Error(`module ${module.name} has more than one read model`);
  return module;
}

/**
 * Makes what a module does in this process.
 *
 * @throws Error that names each difference between what it declares and what its `setup` gives
 */
export function setUp(module: Module, context: ModuleContext): ModuleInstance {
  const instance = module.setup?.(context) ?? {};
  const differences = differencesOf(module, instance);
  if (differences.length > 0) throw new Error(`module ${module.name} ${differences.join('; ')}`);
  return instance;
}

function differencesOf(
  { listens = [], provides = [] }: Module,
  instance: ModuleInstance,
): string[] {
  const declared = new Set(listens.map(nameOf));
  const handled = new Set((instance.handlers ?? []).map(({ contract }) => nameOf(contract)));
  return [
    ...[...declared.difference(handled)].map(
      (one) => `listens to ${one}, but has no handler for it`,
    ),
    ...[...handled.difference(declared)].map((one) => `handles ${one}, but does not listen to it`),
    ...CAPABILITIES.filter((one) => provides.includes(one) !== (instance[one] !== undefined)).map(
      (one) => (instance[one] ? `gives ${one}, but does not say so` : `does not give its ${one}`),
    ),
  ];
}

function nameOf({ stream, type, v }: EventContract): string {
  return `${type} of ${stream}, version ${v}`;
}

/** A module that is set up in this process. */
export interface LoadedModule {
  readonly module: Module;
  readonly context: ModuleContext;
  readonly instance: ModuleInstance;
}

/** What a module's read model is: its name, its indexes, the streams that it is made of. */
export interface ReadModelDeclaration {
  name: string;
  indexes: readonly IndexDescription[];
  sources: ReadonlySet<string>;
}

/** The read model of a module, or undefined where it has none. */
export function readModelOf({
  collections = {},
  listens = [],
}: Module): ReadModelDeclaration | undefined {
  const [found] = Object.entries(collections).filter(([, { readModel }]) => readModel);
  if (!found) return undefined;
  const [name, { indexes = [], sources = listens.map(({ stream }) => stream) }] = found;
  return { name, indexes, sources: new Set(sources) };
}

/** The name of a module's database. */
export function databaseName(prefix: string, module: string): string {
  return prefix + module.replaceAll('-', '_');
}
