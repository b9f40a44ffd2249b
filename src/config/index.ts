/** The configuration of a process, read once from its environment. */
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { fromText } from '../from-text.ts';
import { decimalsOf } from './currency.ts';
import { settings } from './settings.ts';

export { settings };

/** All settings, by the names of their variables, each of its type. */
export type Config = Readonly<Static<typeof settings>>;

/** A variable that holds what it must not. */
export class ConfigError extends Error {
  readonly code = 'CONFIG_INVALID';
}

/**
 * Reads the settings from an environment; an empty variable counts as unset, a blank one as wrong.
 *
 * @throws ConfigError that names every wrong variable, what it held and what is allowed.
 */
export function loadConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const config: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, schema] of Object.entries<TSchema>(settings.properties)) {
    const text = environment[name] === '' ? undefined : environment[name];
    const value = text === undefined ? defaultOf(schema) : fromText(schema, text);
    if (value === undefined) continue;
    if (Value.Check(schema, value) && text?.trim() !== '') config[name] = value;
    else problems.push(`${name} holds ${shown(schema, text)}, allowed: ${allowed(schema)}.`);
  }
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  checkDecimals(config as Config);
  return config as Config;
}

function checkDecimals({ CURRENCY, CURRENCY_DECIMALS }: Config): void {
  const most = decimalsOf(CURRENCY);
  if (CURRENCY_DECIMALS <= most) return;
  throw new ConfigError(
    `CURRENCY_DECIMALS holds ${CURRENCY_DECIMALS}, but ${CURRENCY} has ${most} by ISO 4217.`,
  );
}

interface Described {
  type?: string;
  default?: unknown;
  secret?: boolean;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  form?: string;
  enum?: string[];
  description?: string;
}

function defaultOf(schema: TSchema): unknown {
  return (schema as Described).default;
}

function shown(schema: TSchema, text: string | undefined): string {
  return (schema as Described).secret ? 'a value that does not fit' : JSON.stringify(text);
}

/** What a variable may hold, in words: the README's table is checked against it. */
export function allowed(schema: TSchema): string {
  const {
    type,
    minimum,
    maximum,
    minLength,
    form,
    enum: values,
    description,
  } = schema as Described;
  const range = values
    ? values.join(', ')
    : type === 'integer' || type === 'number'
      ? `a ${type === 'integer' ? 'whole ' : ''}number from ${minimum} to ${maximum ?? '…'}`
      : (form ?? `at least ${minLength ?? 1} characters`);
  return `${range} (${description})`;
}
