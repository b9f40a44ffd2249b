/**
 * Tables: their header stays in sight where there is room, they scroll by themselves where there is less,
 * and become a card for each row on a phone.
 */
import { Fragment, type ComponentChildren } from 'preact';

/** A column: its heading, and whether it holds numbers. */
export type Column = string | { number: string };

export interface Row {
  key: string;
  cells: readonly ComponentChildren[];
  /** Whether it is the one that is shown beside the table. */
  isCurrent?: boolean;
  /** What stands below the row, as wide as all of it. */
  below?: ComponentChildren;
}

const titleOf = (column: Column) => (typeof column === 'string' ? column : column.number);

/** A table; `none` is said where there are no rows. */
export function Table({
  caption,
  columns,
  rows,
  none = 'None.',
  keepsColumns = false,
}: {
  caption: string;
  columns: readonly Column[];
  rows: readonly Row[];
  none?: ComponentChildren;
  /** Whether it stays a table on a phone: of short figures that are compared, or of few columns. */
  keepsColumns?: boolean;
}) {
  const classOf = (i: number) => (typeof columns[i] === 'string' ? undefined : 'number');
  // What scrolls must be reached by the keyboard. The roles are said since cards are laid out as no table is.
  return (
    <div class={keepsColumns ? 'table-box keeps-columns' : 'table-box'}>
      <div class="table" tabIndex={0} role="region" aria-label={caption}>
        <table role="table">
          <caption dir="auto">{caption}</caption>
          <thead role="rowgroup">
            <tr role="row">
              {columns.map((column, i) => (
                <th key={i} role="columnheader" scope="col" class={classOf(i)}>
                  {titleOf(column)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {rows.map(({ key, cells, isCurrent, below }) => (
              <Fragment key={key}>
                <tr data-key={key} role="row" aria-current={isCurrent ? 'true' : undefined}>
                  {cells.map((cell, i) => (
                    <td
                      key={i}
                      role="cell"
                      class={classOf(i)}
                      data-label={titleOf(columns[i] ?? '')}
                      dir="auto"
                    >
                      {cell}
                    </td>
                  ))}
                </tr>
                {below !== undefined && (
                  <tr data-key={key} role="row" class="below">
                    <td role="cell" colSpan={columns.length}>
                      {below}
                    </td>
                  </tr>
                )}
              </Fragment>
            ))}
            {rows.length === 0 && (
              <tr key="none" role="row">
                <td role="cell" colSpan={columns.length} class="fine">
                  {none}
                </td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
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
