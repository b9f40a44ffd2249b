/** One customer, with what the modules know of them; each part stands alone, whatever else is away. */
import type { CustomerShown } from '../../../../gateway/api.ts';
import type { Identity } from '../../../../digital-identity/api.ts';
import type { OperatorOrder } from '../../../../order-history/api.ts';
import { Notice } from '../../components/states.tsx';
import { Figures, Table } from '../../components/table.tsx';
import { count, dateTime, money } from '../../lib/format.ts';
import { Problem } from '../../lib/http.ts';
import { useLoaded, type Loaded } from '../../lib/loaded.ts';
import { statusOf } from '../../lib/status.ts';
import { ask } from '../call.ts';
import { More, Part, usePages, type ItemPage } from '../parts.tsx';
import { PersonalData } from './personal-data.tsx';

export function OneCustomer({ userId }: { userId: string }) {
  const id = encodeURIComponent(userId);
  const customer = useLoaded(() => ask<CustomerShown>(`/customers/${id}`), [id]);
  const orders = usePages(
    (cursor) =>
      ask<ItemPage<OperatorOrder>>(
        `/order-history?${new URLSearchParams({ userId, limit: '20', ...(cursor && { cursor }) })}`,
      ),
    [id],
  );
  const email = customer.data?.account?.email;
  return (
    <>
      <h3 dir="auto">{email ?? (customer.data?.erased ? 'Erased' : 'A guest')}</h3>
      <p class="fine">
        User <code>{userId}</code>
      </p>
      <Known of={customer}>{(found) => <Account customer={found} />}</Known>
      <Part of={orders}>{({ items }) => <Orders items={items} />}</Part>
      <More of={orders} />
      {customer.data && !customer.data.erased && (
        <>
          <KnownBy id={id} />
          <Sessions sessions={customer.data.sessions} />
        </>
      )}
      <PersonalData
        userId={userId}
        email={email}
        isErased={customer.data?.erased ?? false}
        onErased={customer.reload}
      />
    </>
  );
}

/** What a module may know nothing of, which is no trouble. */
function Known<T>({
  of,
  children,
}: {
  of: Loaded<T>;
  children: Parameters<typeof Part<T>>[0]['children'];
}) {
  if (of.error instanceof Problem && of.error.status === 404)
    return <Notice kind="plain">{of.error.message}</Notice>;
  return <Part of={of}>{children}</Part>;
}

function Account({ customer: { account, erased } }: { customer: CustomerShown }) {
  if (erased) return <p>This customer was erased: nobody knows any more who it was.</p>;
  if (!account) return <p>There is no account: this user has sessions of a guest alone.</p>;
  return (
    <Figures
      values={{
        Email: account.email,
        Name: account.name ?? '–',
        Phone: account.phone ?? '–',
        Since: dateTime(account.createdAt),
      }}
    />
  );
}

function Orders({ items }: { items: readonly OperatorOrder[] }) {
  return (
    <Table
      caption="Orders, the newest first"
      columns={['Order', 'Status', { number: 'Amount' }, 'Placed']}
      rows={items.map((order) => {
        const { name, mood } = statusOf(order.orderStatusCode);
        return {
          key: order.orderId,
          cells: [
            <a href={`#orders/${encodeURIComponent(order.orderId)}`}>{order.orderNumber}</a>,
            <span class={`pill pill-${mood}`}>{name}</span>,
            money(order.orderAmount, order.currency, order.decimals),
            dateTime(order.placedAt),
          ],
        };
      })}
      none="Nothing was ordered."
    />
  );
}

function KnownBy({ id }: { id: string }) {
  const identity = useLoaded(() => ask<Identity>(`/identities/${id}`), [id]);
  return <Known of={identity}>{(found) => <IdentityFigures identity={found} />}</Known>;
}

function IdentityFigures({ identity: { browsers, addresses } }: { identity: Identity }) {
  const lastSeen = [...browsers.items, ...addresses.items].map((one) => one.lastSeen).toSorted();
  return (
    <Figures
      values={{
        'Browsers known': count(browsers.count),
        'Addresses known': count(addresses.count),
        'Last seen': lastSeen.length > 0 ? dateTime(lastSeen.at(-1)!) : '–',
      }}
    />
  );
}

function Sessions({ sessions }: { sessions: CustomerShown['sessions'] }) {
  return (
    <Table
      caption="Sessions, the newest first"
      columns={['Begun', 'As', 'State']}
      rows={sessions.map(({ kind, createdAt, expiresAt, revokedAt }, i) => ({
        key: `${createdAt}-${i}`,
        cells: [
          dateTime(createdAt),
          kind,
          revokedAt === undefined
            ? `open until ${dateTime(expiresAt)}`
            : `ended ${dateTime(revokedAt)}`,
        ],
      }))}
      none="None is kept."
    />
  );
}
