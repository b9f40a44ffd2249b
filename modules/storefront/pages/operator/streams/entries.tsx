/** The entries of a stream: looked for by time, type and key, followed as they come, and read. */
import { useRef, useState } from 'preact/hooks';
import { Loading, Notice, ProblemNotice } from '../../components/states.tsx';
import { Table } from '../../components/table.tsx';
import { count, counted, dateTime, timeOfDay } from '../../lib/format.ts';
import { FilterForm } from './filter-form.tsx';
import { queryOf, readFilters, type Filters } from './filters.ts';
import { Payload } from './payload.tsx';
import type { Entry, Found } from './search.ts';
import { useEntries, type Entries as Shown } from './use-entries.ts';

export function Entries({ stream, query }: { stream: string; query: string | undefined }) {
  const filters = readFilters(query);
  // Other filters are another list: nothing of this one is open there.
  return (
    <>
      <FilterForm key={query} stream={stream} filters={filters} />
      <List key={`${stream}?${queryOf(filters)}`} stream={stream} filters={filters} />
    </>
  );
}

function List({ stream, filters }: { stream: string; filters: Filters }) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const table = useRef<HTMLDivElement>(null);
  const isHeld = (id: string) => open.has(id) || isRead(table.current, id);
  const shown = useEntries(stream, filters, isHeld);
  const toggle = (id: string) =>
    setOpen((now) =>
      now.has(id) ? new Set([...now].filter((one) => one !== id)) : new Set([...now, id]),
    );
  const { found, isSearching, error, reload } = shown;
  return (
    <div ref={table}>
      {filters.order === 'newest' && filters.to === undefined && <Tail of={shown} />}
      {error !== undefined && <ProblemNotice error={error} retry={reload} />}
      <Progress of={shown} />
      {found && (
        <EntryTable
          stream={stream}
          order={filters.order}
          found={found}
          isSearching={isSearching}
          open={open}
          toggle={toggle}
        />
      )}
      <Turn of={shown} />
    </div>
  );
}

/** Whether a row holds the focus, or what is selected. */
function isRead(table: HTMLElement | null, id: string): boolean {
  const rows = table?.querySelectorAll(`[data-key="${id}"]`) ?? [];
  const anchor = getSelection()?.isCollapsed === false ? getSelection()!.anchorNode : null;
  return [...rows].some((row) => row.contains(document.activeElement) || row.contains(anchor));
}

function Tail({ of: { isTailing, skipped, setTailing } }: { of: Shown }) {
  return (
    <p class="row">
      <button type="button" aria-pressed={isTailing} onClick={() => setTailing(!isTailing)}>
        {isTailing ? 'Pause the tail' : 'Follow the tail'}
      </button>
      <span class="fine" role="status">
        {isTailing && 'New entries come on top, once a second.'}
        {isTailing && skipped > 0 && ` ${count(skipped)} came too fast to be shown.`}
      </span>
    </p>
  );
}

function Progress({ of: { found, isSearching, stop } }: { of: Shown }) {
  if (!isSearching) return null;
  if (!found || found.scanned === 0) return <Loading text="One moment…" />;
  const { scanned, length, items } = found;
  return (
    <div class="row">
      <progress max={Math.max(length, 1)} value={scanned} aria-label="Entries looked through" />
      <span>
        {count(items.length)} found in {count(scanned)} of {counted(length, 'entry', 'entries')}
      </span>
      <button type="button" onClick={stop}>
        Stop
      </button>
    </div>
  );
}

function EntryTable({
  stream,
  order,
  found: { items, scanned, nextCursor },
  isSearching,
  open,
  toggle,
}: {
  stream: string;
  order: Filters['order'];
  found: Found;
  isSearching: boolean;
  open: ReadonlySet<string>;
  toggle: (id: string) => void;
}) {
  const groups = [...new Set(items.flatMap((entry) => entry.groups.map(({ group }) => group)))];
  const rows = items.map((entry) => {
    const { id, at, type, key } = entry;
    const isOpen = open.has(id);
    return {
      key: id,
      cells: [
        <button type="button" class="link-button" aria-expanded={isOpen} onClick={() => toggle(id)}>
          {isOpen ? 'Close' : 'Open'}
          <span class="unseen"> the payload of {id}</span>
        </button>,
        <time dateTime={new Date(at).toISOString()} title={dateTime(at)}>
          {timeOf(at)}
        </time>,
        <code>{type ?? '–'}</code>,
        <span class="key">{key ?? '–'}</span>,
        ...groups.map((group) => <State of={entry.groups.find((one) => one.group === group)} />),
      ],
      ...(isOpen && { below: <Payload stream={stream} entry={entry} /> }),
    };
  });
  const isStopped = !isSearching && nextCursor !== null && items.length === 0;
  return (
    <Table
      caption={`Entries, the ${order} first`}
      columns={['Payload', 'Time', 'Type', 'Key', ...groups]}
      rows={rows}
      none={
        isSearching
          ? 'None yet.'
          : isStopped
            ? `None in the ${counted(scanned, 'entry', 'entries')} looked through.`
            : 'There are no such entries.'
      }
    />
  );
}

/** Of today, the time of day is enough. */
function timeOf(at: number): string {
  const isToday = new Date(at).toDateString() === new Date().toDateString();
  return isToday ? timeOfDay(at) : `${dateTime(at).replace(/, [^,]*$/, '')}, ${timeOfDay(at)}`;
}

const MARKS = {
  waiting: { sign: '', word: 'waiting' },
  pending: { sign: '…', word: 'pending' },
  acknowledged: { sign: '✓', word: 'acknowledged' },
  'dead-lettered': { sign: '✕', word: 'dead letter' },
} as const;

function State({ of }: { of: Entry['groups'][number] | undefined }) {
  if (!of) return <>–</>;
  const { sign, word } = MARKS[of.state];
  return (
    <span class={`entry-state entry-state-${of.state}`}>
      <span aria-hidden="true">{sign}</span>
      <span class={of.state === 'acknowledged' ? 'unseen' : undefined}> {word}</span>
    </span>
  );
}

function Turn({ of: { found, page, isSearching, isTailing, next, previous } }: { of: Shown }) {
  if (!found || (page === 1 && found.nextCursor === null)) return null;
  if (isTailing) return <Notice kind="plain">Pause the tail to turn to older entries.</Notice>;
  const isLast = isSearching || found.nextCursor === null;
  const isFirst = isSearching || page === 1;
  return (
    <nav class="row" aria-label="Pages of entries">
      <button type="button" aria-disabled={isFirst} onClick={() => isFirst || previous()}>
        Previous page
      </button>
      <span>Page {count(page)}</span>
      <button type="button" aria-disabled={isLast} onClick={() => isLast || next()}>
        Next page
      </button>
    </nav>
  );
}
