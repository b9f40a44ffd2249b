/** The page of one order, which follows its order by itself. */
import type { Order } from '../../../orders/api.ts';
import { Confirmation } from '../components/confirm.tsx';
import { Empty, Loading, ProblemNotice } from '../components/states.tsx';
import { dateTime } from '../lib/format.ts';
import { Problem } from '../lib/http.ts';
import { orderPath } from '../lib/orders.ts';
import type { Frame, Page } from '../lib/page.ts';
import { useNothingKept } from '../lib/private.ts';
import { signInPath } from '../lib/return.ts';
import { isReceipt } from '../lib/status.ts';
import { Actions } from './actions.tsx';
import { Bill } from './bill.tsx';
import { Delivery } from './delivery.tsx';
import { Progress } from './progress.tsx';
import { Trail } from './trail.tsx';
import { useOrder, type FollowedOrder } from './use-order.ts';

export const order: Page = {
  name: 'order',
  path: '/orders/:orderId',
  bundle: 'shop',
  head: () => ({ title: 'Your order' }),
  View: ({ frame }) => <OrderView frame={frame} />,
};

function OrderView({ frame }: { frame: Frame }) {
  useNothingKept();
  const orderId = frame.params['orderId'] ?? '';
  const followed = useOrder(orderId);
  const { order: shown, error, refresh } = followed;
  if (isNotTheirs(error)) return <NoOrder orderId={orderId} />;
  if (shown) return <Shown {...followed} order={shown} />;
  return (
    <>
      <h1>Your order</h1>
      {error === undefined ? (
        <Loading text="Looking for your order…" />
      ) : (
        <ProblemNotice error={error} retry={refresh} />
      )}
    </>
  );
}

function Shown({ order: shown, error, connection, refresh }: FollowedOrder & { order: Order }) {
  return (
    <div class="order">
      <header>
        <h1>Order {shown.orderNumber}</h1>
        <p class="fine">
          Placed on <time dateTime={shown.createdAt}>{dateTime(shown.createdAt)}</time>
        </p>
        <p class="print-only">
          {isReceipt(shown.orderStatusCode) && 'Receipt. '}Sold by Millrace, {location.host}
        </p>
      </header>
      <div class="order-main">
        <section class="panel follow" aria-label="Status">
          <Progress order={shown} connection={connection} />
          {error !== undefined && <ProblemNotice error={error} retry={refresh} />}
          <Actions order={shown} refresh={refresh} />
        </section>
        <Delivery order={shown} />
      </div>
      <Bill order={shown} />
      <Trail order={shown} />
      <Confirmation />
    </div>
  );
}

function isNotTheirs(error: unknown): boolean {
  return error instanceof Problem && [401, 404].includes(error.status);
}

function NoOrder({ orderId }: { orderId: string }) {
  return (
    <>
      <h1>Your order</h1>
      <Empty
        title="This order is not yours, or not there"
        text="Orders are shown only to those who placed them. If you placed it with an account, sign in; if you placed it as a guest, open it in the browser in which you ordered."
      >
        <span class="row">
          <a class="button" href={signInPath(orderPath(orderId))}>
            Sign in
          </a>
          <a class="button" href="/orders">
            Your orders
          </a>
        </span>
      </Empty>
    </>
  );
}
