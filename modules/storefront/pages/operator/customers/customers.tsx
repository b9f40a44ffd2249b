/** Customers by their email, and one of them: the account, orders, sessions, what they are known by. */
import type { Customer } from '../../../../gateway/api.ts';
import { CheckedField } from '../../components/checked-fields.tsx';
import { CheckedForm } from '../../components/checked-form.tsx';
import { Table } from '../../components/table.tsx';
import { dateTime } from '../../lib/format.ts';
import { useLoaded } from '../../lib/loaded.ts';
import { ask } from '../call.ts';
import { Part, type SectionProps } from '../parts.tsx';
import { OneCustomer } from './customer.tsx';

/** Customers that are listed at most. */
const LIMIT = 20;

export function Customers({ rest }: SectionProps) {
  // `#customers/by-email/<beginning>` is a search, `#customers/<userId>` one of them.
  const [first = '', email = ''] = rest;
  const isSearch = first === '' || first === BY_EMAIL;
  return (
    <>
      <CheckedForm class="tools" action="Find" run={find}>
        <CheckedField
          key={email}
          name="email"
          label="Email, or its beginning"
          type="search"
          required
          maxLength={320}
          defaultValue={isSearch ? email : ''}
        />
      </CheckedForm>
      {isSearch ? email && <Found key={email} email={email} /> : <OneCustomer userId={first} />}
    </>
  );
}

const BY_EMAIL = 'by-email';

async function find({ email = '' }: Record<string, string>) {
  location.hash = `#customers/${BY_EMAIL}/${encodeURIComponent(email)}`;
  return undefined;
}

function Found({ email }: { email: string }) {
  const query = new URLSearchParams({ email, limit: String(LIMIT) });
  const found = useLoaded(() => ask<{ items: Customer[] }>(`/customers?${query}`), [email]);
  return (
    <Part of={found}>
      {({ items }) => (
        <Table
          caption={items.length < LIMIT ? 'Customers' : `The first ${LIMIT} customers`}
          columns={['Email', 'Name', 'Since']}
          rows={items.map(({ userId, email: whole, name, createdAt }) => ({
            key: userId,
            cells: [
              <a href={`#customers/${encodeURIComponent(userId)}`}>{whole}</a>,
              name ?? '–',
              dateTime(createdAt),
            ],
          }))}
          none={`No account has an email that begins with ${email}. Guests are found by the email of an order, by the search.`}
        />
      )}
    </Part>
  );
}
