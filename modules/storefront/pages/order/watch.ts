/** Hearing of an order as it changes: by server-sent events, and by asking where those do not come. */
import { orderApiPath } from '../lib/orders.ts';

/** The pause before a stream that was refused is asked for again, doubled each time, in ms. */
const RETRY_MIN_MS = 2000;
const RETRY_MAX_MS = 30_000;
/** How long a stream has to stay open to be one: where the shop is away, one ends at once. In ms. */
const SETTLED_MS = 300;

export type Connection = 'live' | 'reconnecting';

/**
 * Calls back whenever the order may have changed, as long as the page is in sight: a stream of each
 * hidden tab would use up the few connections that a browser has to one shop. Gives what stops it.
 */
export function watch(
  orderId: string,
  onChange: () => void,
  onConnection: (connection: Connection) => void,
): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pause = RETRY_MIN_MS;

  function open(): void {
    if (document.hidden || source) return;
    source = new EventSource(orderApiPath(orderId, '/events'));
    source.addEventListener('open', () => {
      timer = setTimeout(onLive, SETTLED_MS);
    });
    source.addEventListener('status', onLive);
    source.addEventListener('error', onError);
  }

  function onLive(): void {
    clearTimeout(timer);
    pause = RETRY_MIN_MS;
    onConnection('live');
    onChange();
  }

  /** The browser connects again by itself, but not where the answer was no stream of events. */
  function onError(): void {
    clearTimeout(timer);
    onConnection('reconnecting');
    if (source?.readyState !== EventSource.CLOSED) return;
    close();
    timer = setTimeout(() => {
      onChange();
      open();
    }, pause);
    pause = Math.min(pause * 2, RETRY_MAX_MS);
  }

  function close(): void {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  }

  function onVisibility(): void {
    close();
    if (document.hidden) return;
    onChange();
    open();
  }

  document.addEventListener('visibilitychange', onVisibility);
  open();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    close();
  };
}
