/** Filters of a list that stand in its address, `#orders/?status=3&from=2026-01-31`, and the list as CSV. */
import { CheckedChoice, CheckedField } from '../components/checked-fields.tsx';
import { CheckedForm } from '../components/checked-form.tsx';
import { Download } from './download.tsx';

/** What a list is filtered by; days are YYYY-MM-DD, of the time zone of who looks. */
export interface Filters {
  status?: string;
  userId?: string;
  from?: string;
  to?: string;
}

const NAMES = ['status', 'userId', 'from', 'to'] as const;

/** The filters that the address names; undefined where it names something else. */
export function readFilters([first = '']: readonly string[]): Filters | undefined {
  if (first !== '' && !first.startsWith('?')) return undefined;
  const query = new URLSearchParams(first.slice(1));
  const there = NAMES.map((name) => [name, query.get(name) ?? ''] as const).filter(
    ([name, value]) => (name === 'from' || name === 'to' ? isDay(value) : value !== ''),
  );
  return Object.fromEntries(there) as Filters;
}

const isDay = (text: string): boolean => !Number.isNaN(Date.parse(`${text}T00:00:00`));

/** The query of a call that lists what fits. */
export function toQuery(
  { from, to, ...filters }: Filters,
  more: Record<string, string> = {},
): string {
  return String(
    new URLSearchParams({
      ...filters,
      ...(from && { from: startOf(from).toISOString() }),
      // The day is included.
      ...(to && { to: startOf(to, 1).toISOString() }),
      ...more,
    }),
  );
}

/** When a day begins here, or the one `later`. */
function startOf(day: string, later = 0): Date {
  const start = new Date(`${day}T00:00:00`);
  start.setDate(start.getDate() + later);
  return start;
}

/** The form that puts filters into the address, and the button that saves the list. */
export function FilterBar({
  section,
  statuses,
  filters,
}: {
  /** The section whose list it is, which is the path of its call, too. */
  section: 'orders' | 'payments';
  statuses: readonly { value: string; text: string }[];
  filters: Filters;
}) {
  const apply = (values: Record<string, string>) => {
    const chosen = Object.entries(values).filter(([, value]) => value !== '');
    const query = String(new URLSearchParams(chosen));
    location.hash = query ? `#${section}/?${query}` : `#${section}`;
    return Promise.resolve(undefined);
  };
  const csv = (
    <Download path={`/${section}?${toQuery(filters, { format: 'csv' })}`}>Save as CSV</Download>
  );
  // Keyed, so that its fields show what the address says.
  return (
    <CheckedForm key={toQuery(filters)} class="tools" action="Filter" run={apply} extra={csv}>
      <CheckedChoice
        name="status"
        label="Status"
        options={[{ value: '', text: 'All' }, ...statuses]}
        chosen={filters.status}
      />
      <CheckedField name="from" label="From" type="date" defaultValue={filters.from} />
      <CheckedField name="to" label="To" type="date" defaultValue={filters.to} />
      <CheckedField
        name="userId"
        label="Customer (user id)"
        maxLength={128}
        spellcheck={false}
        autocapitalize="none"
        defaultValue={filters.userId}
      />
    </CheckedForm>
  );
}
