/** What the columns of a line say of a product, by a mapping. */
import { REQUIRED, type Field, type FieldName, type Mapping } from './mapping.ts';
import { compileTemplate, type Columns, type Row, type Template } from './template.ts';
import { toAmount, toProductId, toQuantity } from './values.ts';

export type { Row };

export interface Reading {
  /** The optional fields that the mapping names and the file has no column for. */
  absent: FieldName[];
  /** The keys by which other lines name this one as what they belong to. */
  keysOf(row: Row): string[];
  /** The key of the line that this one belongs to; empty: none. */
  parentOf(row: Row): string;
  isSkipped(row: Row): boolean;
  isPictured(row: Row): boolean;
  productOf(row: Row): { value: { productId: string } } | { problem: string };
}

/**
 * Fits a mapping to the columns of a file.
 *
 * @throws Error where a required field has no column.
 */
export function createReading(given: {
  mapping: Mapping;
  columns: readonly string[];
  currency: string;
  decimals: number;
}): Reading {
  const { mapping, currency } = given;
  const columns = columnsOf(given.columns, mapping);
  const compile = (text: string): Template =>
    compileTemplate(text.replaceAll('$CURRENCY', currency), columns);
  const fields = Object.entries(mapping.fields).map(([name, field]) => ({
    name: name as FieldName,
    field,
    templates: field.from.map(compile).filter(({ isComplete }) => isComplete),
  }));
  const absent = fields.filter(({ templates }) => templates.length === 0).map(({ name }) => name);
  checkRequired(absent, given);
  const keys = (mapping.parent?.is ?? []).map(compile);
  const parents = (mapping.parent?.of ?? []).map(compile);
  const rules = (mapping.skip ?? []).map((rule) =>
    Object.entries(rule).map(([column, values]) => ({
      template: compile(`{${column}}`),
      values: new Set(values.map((value) => value.toLowerCase())),
    })),
  );
  const pictures = (mapping.pictures ?? []).map((column) => compile(`{${column}}`));

  return {
    absent,
    keysOf: (row) => keys.map(({ read }) => read(row)).filter((key) => key !== ''),
    parentOf: (row) => firstOf(parents, row),
    isSkipped: (row) =>
      rules.some((rule) =>
        rule.every(
          ({ template, values }) =>
            template.isComplete && values.has(template.readRaw(row).toLowerCase()),
        ),
      ),
    isPictured: (row) => firstOf(pictures, row) !== '',
    productOf(row) {
      const value: Record<string, string | number> = {};
      const problems: string[] = [];
      for (const { name, field, templates } of fields) {
        for (const { read } of templates) {
          const taken = valueOf({ name, field }, read(row), given);
          if (taken === '') continue;
          if (typeof taken === 'object') problems.push(`/${name} ${taken.problem}`);
          else value[name] = taken;
          break;
        }
      }
      if (problems.length > 0) return { problem: problems.join('; ') };
      return { value: { ...value, productId: String(value['productId'] ?? '') } };
    },
  };
}

/** Throws where a required field is absent. */
function checkRequired(
  absent: readonly FieldName[],
  { mapping, columns }: { mapping: Mapping; columns: readonly string[] },
): void {
  const missing = REQUIRED.find((name) => absent.includes(name));
  if (missing === undefined) return;
  throw new Error(
    `The file has no column for ${missing}; the mapping takes it from ${mapping.fields[missing].from.join(' or ')}. Its columns are ${columns.join(', ')}`,
  );
}

/** The fields that hold several values. */
const LISTS: readonly FieldName[] = ['displayCategories', 'productColors', 'productSizes'];

/** The value of a field that a column's text stands for; empty: none. */
function valueOf(
  { name, field }: { name: FieldName; field: Field },
  text: string,
  { mapping, decimals }: { mapping: Mapping; decimals: number },
): string | number | { problem: string } {
  const values = valuesOf(field, text);
  const first = values[0] ?? '';
  if (first === '') return '';
  if (name === 'productId') return toProductId(first);
  if (name === 'price')
    return toAmount(first, mapping.prices === 'smallest unit' ? 0 : decimals, mapping);
  if (name === 'stockQty') return toQuantity(first);
  if (!LISTS.includes(name)) return first;
  // These fields separate by commas themselves.
  return values.map((value) => (field.list ? value.replaceAll(',', ' ') : value)).join(',');
}

function firstOf(templates: readonly Template[], row: Row): string {
  return templates.map(({ read }) => read(row)).find((text) => text !== '') ?? '';
}

/** The values that a column holds, each by its level. */
function valuesOf({ replace = {}, list, levels, level = 0 }: Field, text: string): string[] {
  const replaced = Object.entries(replace).reduce(
    (so, [from, to]) => so.replaceAll(from, to),
    text,
  );
  const values = list === undefined ? [replaced] : splitAt(replaced, list);
  return values
    .map((value) =>
      (levels === undefined ? value : (splitAt(value, levels).at(level) ?? '')).trim(),
    )
    .filter((value) => value !== '');
}

/** Splits at a separator, unless a backslash stands before it. */
function splitAt(text: string, separator: string): string[] {
  const parts: string[] = [];
  for (const part of text.split(separator)) {
    const before = parts.at(-1);
    if (before?.endsWith('\\'))
      parts[parts.length - 1] = `${before.slice(0, -1)}${separator}${part}`;
    else parts.push(part);
  }
  return parts;
}

function columnsOf(columns: readonly string[], mapping: Mapping): Columns {
  const lower = columns.map((column) => column.trim().toLowerCase());
  const at = (column: string): number => {
    const exact = columns.findIndex((one) => one.trim() === column);
    return exact === -1 ? lower.indexOf(column.toLowerCase()) : exact;
  };
  const options: Columns['options'] = [];
  for (let n = 1; mapping.options; n += 1) {
    const name = at(mapping.options.name.replaceAll('{n}', String(n)));
    const value = at(mapping.options.value.replaceAll('{n}', String(n)));
    if (name === -1 || value === -1) break;
    options.push({ name, value });
  }
  return {
    at,
    options,
    empty: new Set(mapping.empty?.map((value) => value.toLowerCase())),
    escapedFormulas: mapping.escapedFormulas ?? false,
  };
}
