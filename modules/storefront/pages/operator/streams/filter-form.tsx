/** Which entries are looked for; the address says it, so that it can be sent to somebody. */
import { CheckedChoice, CheckedField } from '../../components/checked-fields.tsx';
import { CheckedForm } from '../../components/checked-form.tsx';
import { fromTimeField, hashOf, toTimeField, type Filters } from './filters.ts';

const ORDERS = [
  { value: 'newest', text: 'The newest first' },
  { value: 'oldest', text: 'The oldest first' },
];

export function FilterForm({ stream, filters }: { stream: string; filters: Filters }) {
  const show = async (values: Record<string, string>) => {
    const { type, key } = values;
    const from = fromTimeField(values['from'] ?? '', filters.from, false);
    const to = fromTimeField(values['to'] ?? '', filters.to, true);
    location.hash = hashOf(stream, {
      ...(from && { from }),
      ...(to && { to }),
      ...(type && { type }),
      ...(key && { key }),
      order: values['order'] === 'oldest' ? 'oldest' : 'newest',
    });
    return undefined;
  };
  const reset = <a href={hashOf(stream)}>Reset</a>;
  return (
    <CheckedForm action="Show" run={show} class="panel entry-filters" extra={reset}>
      <div class="fields">
        <CheckedField
          name="from"
          label="From"
          type="datetime-local"
          step={1}
          defaultValue={toTimeField(filters.from)}
        />
        <CheckedField
          name="to"
          label="To"
          type="datetime-local"
          step={1}
          defaultValue={toTimeField(filters.to)}
        />
        <CheckedField name="type" label="Type" maxLength={512} defaultValue={filters.type ?? ''} />
        <CheckedField name="key" label="Key" maxLength={512} defaultValue={filters.key ?? ''} />
        <CheckedChoice name="order" label="Order" options={ORDERS} chosen={filters.order} />
      </div>
    </CheckedForm>
  );
}
