/** The audit log: who has changed what, when, from what to what. */
import type { AuditEntryResponse } from '../../../../../src/http/admin/api.ts';
import { CheckedChoice, CheckedField } from '../../components/checked-fields.tsx';
import { CheckedForm } from '../../components/checked-form.tsx';
import { Table } from '../../components/table.tsx';
import { dateTime } from '../../lib/format.ts';
import { ask } from '../call.ts';
import { Download } from '../download.tsx';
import { More, Part, usePages, type ItemPage, type SectionProps } from '../parts.tsx';
import { changesOf } from './changes.ts';

const COLUMNS = ['When', 'Who', 'What', 'To', 'Before → after', 'Outcome'];

const ACTIONS = [
  { value: '', text: 'All' },
  { value: 'POST', text: 'POST: made or done' },
  { value: 'PATCH', text: 'PATCH: changed' },
  { value: 'PUT', text: 'PUT: replaced' },
  { value: 'DELETE', text: 'DELETE: removed' },
];

/** Sections whose addresses are those of targets. */
const SHOWN = /^(orders|payments|products|customers|operators|streams|dead-letters|rebuild)\//;

export function Audit({ rest: [text = ''] }: SectionProps) {
  const filter = Object.fromEntries(new URLSearchParams(text));
  const list = usePages((cursor) => getPage(filter, cursor), [text]);
  return (
    <>
      <Filter key={text} filter={filter} />
      <Part of={list}>
        {({ items }) => (
          <Table
            caption="Changes by operators, the last first"
            columns={COLUMNS}
            rows={items.map(toRow)}
            none="No change that fits."
          />
        )}
      </Part>
      <More of={list} />
      <div>
        <Download path={`/audit?${queryOf(filter, { format: 'csv' })}`}>Download as CSV</Download>
      </div>
    </>
  );
}

const iso = (time: string) => new Date(time).toISOString();

/** The query of a filter: times are those of the operator's clock. */
function queryOf({ from, to, ...rest }: Record<string, string>, more: Record<string, string>) {
  return new URLSearchParams({
    ...rest,
    ...(from && { from: iso(from) }),
    ...(to && { to: iso(to) }),
    ...more,
  });
}

function getPage(
  filter: Record<string, string>,
  cursor?: string,
): Promise<ItemPage<AuditEntryResponse>> {
  return ask(`/audit?${queryOf(filter, cursor === undefined ? {} : { cursor })}`);
}

async function show(values: Record<string, string>) {
  const given = Object.entries(values).filter(([, value]) => value !== '');
  const text = new URLSearchParams(given).toString();
  location.hash = text === '' ? '#audit' : `#audit/${encodeURIComponent(text)}`;
  return undefined;
}

/** The filter is in the address, so that it can be sent on, and gone back to. */
function Filter({ filter }: { filter: Record<string, string> }) {
  return (
    <CheckedForm
      class="tools"
      action="Show"
      run={show}
      extra={Object.keys(filter).length > 0 && <a href="#audit">Show all</a>}
    >
      <CheckedField name="who" label="Who" defaultValue={filter['who']} maxLength={320} />
      <CheckedChoice name="action" label="What" options={ACTIONS} chosen={filter['action']} />
      <CheckedField
        name="target"
        label="To what"
        defaultValue={filter['target']}
        maxLength={300}
        placeholder="products/11000"
      />
      <CheckedField name="from" label="From" type="datetime-local" defaultValue={filter['from']} />
      <CheckedField name="to" label="Before" type="datetime-local" defaultValue={filter['to']} />
    </CheckedForm>
  );
}

function toRow(entry: AuditEntryResponse) {
  const { id, at, who, role, target } = entry;
  return {
    key: id,
    cells: [
      <time dateTime={at}>{dateTime(at)}</time>,
      <>
        {who}
        <br />
        <span class="fine">{role}</span>
      </>,
      <What entry={entry} />,
      SHOWN.test(target) ? (
        <a href={`#${target.split('/').map(encodeURIComponent).join('/')}`}>{target}</a>
      ) : (
        target
      ),
      <Changes entry={entry} />,
      <Outcome outcome={entry.outcome} />,
    ],
  };
}

function What({
  entry: { summary, action, path, body, requestId, process },
}: {
  entry: AuditEntryResponse;
}) {
  return (
    <details>
      <summary>{summary ?? action}</summary>
      <p class="fine">
        <code>{action}</code>
      </p>
      <p class="fine">{path}</p>
      {body !== undefined && <pre>{JSON.stringify(body, null, 2)}</pre>}
      <p class="fine">
        Request {requestId} of {process}
      </p>
    </details>
  );
}

function Changes({ entry: { before, after } }: { entry: AuditEntryResponse }) {
  const changes = changesOf(before, after);
  if (changes.length === 0) return <span class="fine">not said</span>;
  return (
    <dl class="changes">
      {changes.map(({ name, before: was, after: is }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <del>{was ?? '–'}</del> <span aria-label="became">→</span> <ins>{is ?? '–'}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Outcome({ outcome }: Pick<AuditEntryResponse, 'outcome'>) {
  if (outcome === null) {
    const why = 'The call is under way, or its process ended before it could say how it went.';
    return (
      <span class="pill pill-bad" title={why}>
        not known
      </span>
    );
  }
  const { status, problem } = outcome;
  if (status < 400) return <span class="pill pill-good">done</span>;
  return (
    <span class="pill pill-bad">
      {status} {problem}
    </span>
  );
}
