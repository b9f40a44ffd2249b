/** Templates of a mapping: text with columns in braces, read from a line. */

/** A line, and the line that its variants share: itself, where it belongs to none. */
export interface Row {
  cells: readonly string[];
  parent: readonly string[];
}

/** The columns of a file. */
export interface Columns {
  /** The index of a column, or -1. */
  at(column: string): number;
  /** The columns that hold the names and the values of options. */
  options: { name: number; value: number }[];
  /** Values that mean none, in lower case. */
  empty: ReadonlySet<string>;
  /** Whether an apostrophe stands before what a spreadsheet would take for a formula. */
  escapedFormulas: boolean;
}

export interface Template {
  /** Whether the file has all of its columns. */
  isComplete: boolean;
  /** The text for a line; empty where one of its columns is. */
  readonly read: (row: Row) => string;
  /** Likewise, but values that mean none are what they are. */
  readonly readRaw: (row: Row) => string;
}

type Reference = (row: Row) => string;

/** Reads a template: `{Column}`, `{^Column}` of the parent, `{option:Name}`, `{^option:Name}`. */
export function compileTemplate(text: string, columns: Columns): Template {
  // Every second part stood in braces.
  const parts = text.split(/\{([^{}]*)\}/u);
  const references = parts.map((part, i) => (i % 2 === 1 ? referenceOf(part, columns) : part));
  const read = (row: Row, isNone: (value: string) => boolean): string => {
    let whole = '';
    for (const part of references) {
      const value = typeof part === 'function' ? part(row) : (part ?? '');
      if (typeof part !== 'string' && isNone(value)) return '';
      whole += value;
    }
    return whole;
  };
  return {
    isComplete: !references.includes(undefined),
    read: (row) => read(row, (value) => value === '' || columns.empty.has(value.toLowerCase())),
    readRaw: (row) => read(row, (value) => value === ''),
  };
}

/** Reads one column, or gives undefined where the file has none of that name. */
function referenceOf(text: string, columns: Columns): Reference | undefined {
  const ofParent = text.startsWith('^');
  const name = (ofParent ? text.slice(1) : text).trim();
  const cellsOf = ({ cells, parent }: Row): readonly string[] => (ofParent ? parent : cells);
  const cell = (cells: readonly string[], index: number): string => {
    const value = (cells[index] ?? '').trim();
    return columns.escapedFormulas && /^'[=+\-@]/u.test(value) ? value.slice(1) : value;
  };
  if (name.startsWith('option:')) {
    const option = name.slice('option:'.length).trim().toLowerCase();
    if (columns.options.length === 0) return undefined;
    return (row) => {
      const found = columns.options.find(
        // Exports name the options of a product in its first line alone.
        (one) => (cell(row.cells, one.name) || cell(row.parent, one.name)).toLowerCase() === option,
      );
      return found ? cell(cellsOf(row), found.value) : '';
    };
  }
  const index = columns.at(name);
  return index === -1 ? undefined : (row) => cell(cellsOf(row), index);
}
