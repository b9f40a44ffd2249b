/** The options of the bus as environment variables: `maxInFlight` is BUS_MAX_IN_FLIGHT. */
import { busOptionsSchema, type BusOptions } from '../bus/index.ts';

type UpperSnake<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Uppercase<First> ? '_' : ''}${Uppercase<First>}${UpperSnake<Rest>}`
  : '';

type Properties = typeof busOptionsSchema.properties;

/** The schemas of the options, by the names of their variables. */
export type BusVariables = {
  [Option in keyof Properties as `BUS_${UpperSnake<Option>}`]: Properties[Option];
};

function variableOf(option: string): string {
  return `BUS_${option.replaceAll(/[A-Z]/g, '_$&').toUpperCase()}`;
}

export const busVariables = Object.fromEntries(
  Object.entries(busOptionsSchema.properties).map(([option, schema]) => [
    variableOf(option),
    schema,
  ]),
) as BusVariables;

/** The options that a configuration gives. */
export function busOptions(config: Readonly<Record<keyof BusVariables, number>>): BusOptions {
  const values: Readonly<Record<string, number>> = config;
  return Object.fromEntries(
    Object.keys(busOptionsSchema.properties).map((option) => [option, values[variableOf(option)]]),
  ) as BusOptions;
}
