/** The list of orders: what this customer has ordered, newest first. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { OrderPage, PastOrder } from '../../../order-history/api.ts';
import { Empty, Loading, ProblemNotice } from '../components/states.tsx';
import { Thumb } from '../components/thumb.tsx';
import { dateTime, money } from '../lib/format.ts';
import { get } from '../lib/http.ts';
import { useLoaded } from '../lib/loaded.ts';
import { orderPath } from '../lib/orders.ts';
import type { Page } from '../lib/page.ts';
import { useNothingKept } from '../lib/private.ts';
import { signInPath } from '../lib/return.ts';
import { currentSession } from '../lib/session.ts';
import { statusOf } from '../lib/status.ts';

/** Orders that are asked for at a time. */
const PAGE = 10;
/** Products of an order that the list shows. */
const SHOWN = 3;

export const orders: Page = {
  name: 'orders',
  path: '/orders',
  bundle: 'shop',
  head: () => ({ title: 'Your orders' }),
  View: () => (
    <>
      <h1>Your orders</h1>
      <OrdersView />
    </>
  ),
};

function OrdersView() {
  useNothingKept();
  const { data, error, reload } = useLoaded(async (signal) => {
    const session = await currentSession();
    return { session, first: session && (await getPage(undefined, signal)) };
  }, []);
  if (error !== undefined) return <ProblemNotice error={error} retry={reload} />;
  if (data === undefined) return <Loading text="Looking for your orders…" />;
  const { session, first } = data;
  const isCustomer = session?.kind === 'customer';
  if (!first || first.items.length === 0) return <NoOrders isCustomer={isCustomer} />;
  return (
    <>
      {!isCustomer && (
        <p class="notice notice-plain">
          You are here as a guest: these orders belong to this browser.{' '}
          <a href={signInPath('/orders')}>Make an account</a> to keep them, and to see them
          everywhere.
        </p>
      )}
      <OrderList first={first} />
    </>
  );
}

function NoOrders({ isCustomer }: { isCustomer: boolean }) {
  return (
    <Empty
      title="Nothing ordered yet"
      text={
        isCustomer
          ? 'What you order is listed here.'
          : 'What you order in this browser is listed here. If you have ordered with an account, sign in to see it.'
      }
    >
      <span class="row">
        <a class="button" href="/products">
          To the shop
        </a>
        {!isCustomer && (
          <a class="button" href={signInPath('/orders')}>
            Sign in
          </a>
        )}
      </span>
    </Empty>
  );
}

function getPage(cursor?: string, signal?: AbortSignal): Promise<OrderPage> {
  const query = new URLSearchParams({ limit: String(PAGE), ...(cursor && { cursor }) });
  return get(`/api/order-history?${query}`, signal);
}

function OrderList({ first }: { first: OrderPage }) {
  const [{ items, nextCursor }, setPage] = useState(first);
  const [more, setMore] = useState<{ isLoading?: boolean; error?: unknown }>({});
  /** The first of those that came last, which has the focus then. */
  const [focused, setFocused] = useState<string>();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    if (focused === undefined) return;
    const link = [...(list.current?.querySelectorAll('a') ?? [])].find(
      ({ pathname }) => pathname === orderPath(focused),
    );
    link?.focus();
  }, [focused]);

  const showMore = async (cursor: string) => {
    if (more.isLoading) return;
    setMore({ isLoading: true });
    try {
      const page = await getPage(cursor);
      // An order that was placed meanwhile moves the others down.
      const known = new Set(items.map(({ orderId }) => orderId));
      const added = page.items.filter(({ orderId }) => !known.has(orderId));
      setPage({ items: [...items, ...added], nextCursor: page.nextCursor });
      setFocused(added[0]?.orderId);
      setMore({});
    } catch (error) {
      setMore({ error });
    }
  };

  return (
    <>
      <ul class="order-list" ref={list}>
        {items.map((order) => (
          <OrderRow key={order.orderId} order={order} />
        ))}
      </ul>
      <div class="more">
        {more.error !== undefined && <ProblemNotice error={more.error} />}
        {nextCursor !== null && (
          <button
            type="button"
            aria-disabled={more.isLoading}
            onClick={() => void showMore(nextCursor)}
          >
            {more.isLoading ? 'One moment…' : 'Show more'}
          </button>
        )}
      </div>
    </>
  );
}

function OrderRow({ order }: { order: PastOrder }) {
  const { orderId, orderNumber, orderStatusCode, orderAmount, currency, decimals, items } = order;
  const { name, mood } = statusOf(orderStatusCode);
  const shown = items.slice(0, SHOWN);
  const others = items.length - shown.length;
  return (
    <li>
      <a href={orderPath(orderId)}>
        <span class="order-thumbs" aria-hidden="true">
          {shown.map((item) => (
            <Thumb key={item.productId} productId={item.productId} name={item.name} />
          ))}
        </span>
        <span class="order-text">
          <strong>Order {orderNumber}</strong>
          <time class="fine" dateTime={order.placedAt}>
            {dateTime(order.placedAt)}
          </time>
          <span class="order-items">
            {shown.map(({ productId, quantity, name: called }, i) => (
              <span key={productId}>
                {i > 0 && ', '}
                {quantity > 1 && `${quantity} × `}
                <bdi>{called}</bdi>
              </span>
            ))}
            {others > 0 && ` and ${others} more`}
          </span>
        </span>
        <span class="order-end">
          <span class={`pill pill-${mood}`}>{name}</span>
          <strong class="amount">{money(orderAmount, currency, decimals)}</strong>
        </span>
      </a>
    </li>
  );
}
