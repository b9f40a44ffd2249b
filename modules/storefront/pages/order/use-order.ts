/** An order that a page shows, kept as it is now. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Order } from '../../../orders/api.ts';
import { getOrder } from '../lib/orders.ts';
import { hasEnded } from '../lib/status.ts';
import { watch, type Connection } from './watch.ts';

/** How soon an order is asked for again where, by the clock here, it can no longer be cancelled. In ms. */
const AGAIN_MS = 30_000;
/** How long after that time it is asked for, in ms; and the longest time that a timer knows. */
const AFTER_MS = 50;
const MAX_TIMER_MS = 2 ** 31 - 1;

export interface FollowedOrder {
  /** Absent until it is there, and where it is no longer this browser's. */
  order?: Order;
  error?: unknown;
  /** Absent where the order is not followed, since nothing can happen to it any more. */
  connection?: Connection | undefined;
  /** Asks for it; what changes meanwhile is asked for once more after. */
  refresh(this: void): Promise<void>;
}

/** Follows an order of whoever looks. */
export function useOrder(orderId: string): FollowedOrder {
  const [state, setState] = useState<{ order?: Order; error?: unknown }>({});
  const [connection, setConnection] = useState<Connection>();
  const refresh = useMemo(() => {
    let isRefreshing = false;
    let isOutdated = false;
    return async () => {
      isOutdated = true;
      if (isRefreshing) return;
      isRefreshing = true;
      while (isOutdated) {
        isOutdated = false;
        await getOrder(orderId).then(
          (order) => setState({ order }),
          (error: unknown) => setState(({ order }) => ({ ...(order && { order }), error })),
        );
      }
      isRefreshing = false;
    };
  }, [orderId]);

  const { order } = state;
  const isOpen = order !== undefined && !hasEnded(order.orderStatusCode);
  useEffect(() => void refresh(), [refresh]);
  useEffect(
    () => (isOpen ? watch(orderId, () => void refresh(), setConnection) : undefined),
    [orderId, isOpen],
  );

  // The shop's clock says when it is too late to cancel; the one here may be wrong.
  useEffect(() => {
    if (!order?.cancellableUntil) return undefined;
    const left = Date.parse(order.cancellableUntil) - Date.now();
    const wait = Math.min(left < 0 ? AGAIN_MS : left + AFTER_MS, MAX_TIMER_MS);
    const timer = setTimeout(() => void refresh(), wait);
    return () => clearTimeout(timer);
  }, [order]);

  return { ...state, connection: isOpen ? connection : undefined, refresh };
}
