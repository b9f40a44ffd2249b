/** The mapping of a CSV file: which of its columns say what of a product. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { ImportLine } from './line.ts';
import { messageOf, problemsOf } from './message.ts';

/** Where the mappings are that come along. */
const SHIPPED = join(import.meta.dirname, 'mappings');

const Template = Type.String({
  minLength: 1,
  maxLength: 500,
  description:
    'Text with columns in braces. {Column} is of the line, {^Column} of the line that its variants share, {option:Colour} the value of the option with that name. Empty where one of its columns is.',
});
const Text = Type.String({ minLength: 1, maxLength: 100 });

const Field = Type.Object(
  {
    from: Type.Array(Template, { minItems: 1, description: 'The first that is not empty counts' }),
    replace: Type.Optional(
      Type.Record(Type.String(), Type.String(), { description: 'Texts, and what stands for them' }),
    ),
    list: Type.Optional(Text),
    levels: Type.Optional(Text),
    level: Type.Optional(Type.Integer({ description: 'From 0; -1 is the last' })),
  },
  { additionalProperties: false },
);
export type Field = Static<typeof Field>;

export type FieldName = keyof Static<typeof ImportLine>;
const names = Object.keys(ImportLine.properties) as FieldName[];

/** The fields that no product can do without. */
export const REQUIRED = ['productId', 'price', 'productDisplayName'] as const;

const Mapping = Type.Object(
  {
    delimiter: Type.Optional(
      Type.String({ pattern: '^[^"\\n\\r]$', description: 'Else the most frequent of , ; tab' }),
    ),
    decimal: Type.Optional(Type.Enum(['.', ','])),
    prices: Type.Optional(Type.Enum(['decimal', 'smallest unit'])),
    empty: Type.Optional(Type.Array(Type.String(), { description: 'Values that mean none' })),
    escapedFormulas: Type.Optional(Type.Boolean()),
    options: Type.Optional(
      Type.Object({ name: Text, value: Text }, { additionalProperties: false }),
    ),
    parent: Type.Optional(
      Type.Object(
        {
          of: Type.Array(Template, { minItems: 1 }),
          is: Type.Array(Template, { minItems: 1 }),
        },
        { additionalProperties: false },
      ),
    ),
    skip: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Array(Type.String())))),
    pictures: Type.Optional(Type.Array(Text)),
    fields: Type.Object(
      {
        ...(Object.fromEntries(names.map((name) => [name, Type.Optional(Field)])) as Record<
          FieldName,
          ReturnType<typeof Type.Optional<typeof Field>>
        >),
        productId: Field,
        price: Field,
        productDisplayName: Field,
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
export type Mapping = Static<typeof Mapping>;

const format = Compile(Mapping);

/** The names of the mappings that come along. */
export function shippedMappings(): string[] {
  return readdirSync(SHIPPED)
    .map((file) => file.replace(/\.json$/u, ''))
    .toSorted();
}

/** Reads a mapping: one that comes along, by its name, or a file. Gives what is wrong with it, too. */
export function loadMapping(nameOrFile: string): Mapping | { problem: string } {
  return loadShipped(nameOrFile) ?? readMapping(nameOrFile, () => readFileSync(nameOrFile, 'utf8'));
}

/** The mapping that comes along by this name, or undefined. */
export function loadShipped(name: string): Mapping | { problem: string } | undefined {
  if (!shippedMappings().includes(name)) return undefined;
  return readMapping(name, () => readFileSync(join(SHIPPED, `${name}.json`), 'utf8'));
}

/** Reads the text of a mapping; gives what is wrong with it, too. */
export function readMapping(name: string, read: () => string): Mapping | { problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(read().replace(/^\ufeff/u, ''));
  } catch (error) {
    return {
      problem: `The mapping ${name} cannot be read: ${messageOf(error)}. Name a JSON file, or one of ${shippedMappings().join(', ')}.`,
    };
  }
  if (format.Check(value)) return value;
  return { problem: `The mapping ${name} is wrong: ${problemsOf(format.Errors(value))}.` };
}
