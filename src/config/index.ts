/** The configuration of a process, read once from its environment: the host's settings and its modules'. */
import type { Static, TObject, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { fromText } from './from-text.ts';
import { hostSettings } from './settings.ts';

/** The host's settings, by the names of their variables, each of its type. */
export type Config = Readonly<Static<typeof hostSettings>>;

/** Whoever has settings: a module, with a schema of its environment variables. */
export interface SettingsOwner {
  readonly name: string;
  readonly settings?: TObject;
}

/** A variable that holds what it must not. */
export class ConfigError extends Error {
  readonly code = 'CONFIG_INVALID';
}

/** An environment variable, as the documents describe it. */
export interface Variable {
  readonly name: string;
  /** Who reads it: `host`, or the modules. */
  readonly owners: readonly string[];
  readonly schema: TSchema;
  /** Undefined where it may be unset. */
  readonly default: unknown;
  /** What it may hold, in words. */
  readonly allowed: string;
  readonly description: string;
}

/** What a setting may say besides what JSON Schema knows; see `kinds.ts`. */
interface Described {
  type?: string;
  default?: unknown;
  json?: boolean;
  secret?: boolean;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  form?: string;
  enum?: string[];
  description?: string;
  conflict?: (settings: object) => string | undefined;
}

/**
 * All variables that the host and these modules read, those of the host first.
 *
 * @throws Error where two declare the same variable by different schemas
 */
export function variablesOf(modules: readonly SettingsOwner[]): Variable[] {
  const found = new Map<string, Variable>();
  for (const { name: owner, settings } of [{ name: 'host', settings: hostSettings }, ...modules])
    for (const [name, schema] of Object.entries<TSchema>(settings?.properties ?? {})) {
      const { owners, schema: first } = found.get(name) ?? { owners: [], schema };
      if (JSON.stringify(first) !== JSON.stringify(schema))
        throw new Error(`${name} is declared differently by ${owners.join(', ')} and ${owner}`);
      const { default: value, description = '' } = schema as Described;
      const shared = { owners: [...owners, owner], allowed: allowed(schema) };
      found.set(name, { name, schema, default: value, description, ...shared });
    }
  return [...found.values()];
}

/**
 * Reads the settings of the host and the modules from an environment; an empty variable counts as unset,
 * a blank one as wrong.
 *
 * @throws ConfigError that names every wrong variable, what it held and what is allowed.
 */
export function loadConfig(
  environment: Readonly<Record<string, string | undefined>>,
  modules: readonly SettingsOwner[] = [],
): Config {
  const config: Record<string, unknown> = {};
  const problems: string[] = [];
  const variables = variablesOf(modules);
  for (const { name, schema, ...variable } of variables) {
    const text = environment[name] === '' ? undefined : environment[name];
    const value = text === undefined ? variable.default : read(schema, text);
    if (value === undefined) continue;
    if (Value.Check(schema, value) && text?.trim() !== '') config[name] = value;
    else
      problems.push(
        `${name} holds ${shown(schema, text, value)}, allowed: ${variable.allowed} (${variable.description}).`,
      );
  }
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  const conflicts = variables.flatMap(({ name, schema }) => {
    const conflict = (schema as Described).conflict?.(config);
    return conflict === undefined ? [] : [`${name} holds ${String(config[name])}, ${conflict}.`];
  });
  if (conflicts.length > 0) throw new ConfigError(conflicts.join('\n'));
  return config as Config;
}

/**
 * The settings of a module, which are a part of the configuration that it was read for.
 *
 * @throws Error where it was read without the module
 */
export function settingsOf(config: Config, { name, settings }: SettingsOwner): object {
  const all = config as Readonly<Record<string, unknown>>;
  const own: Record<string, unknown> = {};
  for (const [variable, schema] of Object.entries<TSchema>(settings?.properties ?? {})) {
    if (all[variable] === undefined && (schema as Described).default !== undefined)
      throw new Error(`the configuration was read without the settings of ${name}`);
    own[variable] = all[variable];
  }
  return own;
}

/** What a text means by its schema. One that is to be JSON and is not stays as it is, and fits nothing. */
function read(schema: TSchema, text: string): unknown {
  if (!(schema as Described).json) return fromText(schema, text);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What a variable holds that does not fit; of JSON, where in it and why. */
function shown(schema: TSchema, text: string | undefined, value: unknown): string {
  const { secret, json } = schema as Described;
  if (secret) return 'a value that does not fit';
  if (!json) return JSON.stringify(text);
  if (typeof value === 'string') return 'what is not JSON';
  const [error] = Value.Errors(schema, value);
  return `at ${error?.instancePath || '/'} what ${error?.message}`;
}

/** A default, or any value of a setting, as it stands in the environment. */
export function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a variable may hold, in words. */
function allowed(schema: TSchema): string {
  const { type, minimum, maximum, minLength, form, enum: values } = schema as Described;
  if (values) return values.join(', ');
  if (type === 'integer' || type === 'number')
    return `a ${type === 'integer' ? 'whole ' : ''}number from ${minimum} to ${maximum ?? '…'}`;
  return form ?? `at least ${minLength ?? 1} characters`;
}
