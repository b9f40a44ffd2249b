/** Tables, which scroll by themselves where the screen is narrow. */
import type { ComponentChildren } from 'preact';

/** A column: its heading, and whether it holds numbers. */
export type Column = string | { number: string };

export interface Row {
  key: string;
  cells: readonly ComponentChildren[];
}

/** A table; `none` is said where there are no rows. */
export function Table({
  caption,
  columns,
  rows,
  none = 'None.',
}: {
  caption: string;
  columns: readonly Column[];
  rows: readonly Row[];
  none?: string;
}) {
  const classOf = (i: number) => (typeof columns[i] === 'string' ? undefined : 'number');
  // What scrolls must be reached by the keyboard.
  return (
    <div class="table" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption dir="auto">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column, i) => (
              <th key={i} scope="col" class={classOf(i)}>
                {typeof column === 'string' ? column : column.number}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {cells.map((cell, i) => (
                <td key={i} class={classOf(i)} dir="auto">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
          {rows.length === 0 && (
            <tr key="none">
              <td colSpan={columns.length} class="fine">
                {none}
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

/** Single figures, each with its name. */
export function Figures({ values }: { values: Record<string, ComponentChildren> }) {
  return (
    <dl class="figures">
      {Object.entries(values).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
