/** Hearing of an order as it changes: by server-sent events, and by asking where those do not come. */
import { apiPathOf } from '../lib/orders.js';

/** The pause before a stream that was refused is asked for again, doubled each time, in ms. */
const RETRY_MIN_MS = 2000;
const RETRY_MAX_MS = 30_000;
/** How long a stream has to stay open to be one: where the shop is away, one ends at once. In ms. */
const SETTLED_MS = 300;

/** @typedef {'live' | 'reconnecting'} Connection */

/**
 * Calls back whenever the order may have changed, as long as the page is in sight: a stream of each
 * hidden tab would use up the few connections that a browser has to one shop.
 *
 * @param {string} orderId
 * @param {() => void} onChange
 * @param {(connection: Connection) => void} onConnection
 * @returns {() => void} stops it
 */
export function watch(orderId, onChange, onConnection) {
  /** @type {EventSource | undefined} */
  let source;
  /** @type {number | undefined} */
  let timer;
  let pause = RETRY_MIN_MS;

  function open() {
    if (document.hidden || source) return;
    source = new EventSource(apiPathOf(orderId, '/events'));
    source.addEventListener('open', () => {
      timer = setTimeout(onLive, SETTLED_MS);
    });
    source.addEventListener('status', onLive);
    source.addEventListener('error', onError);
  }

  function onLive() {
    clearTimeout(timer);
    pause = RETRY_MIN_MS;
    onConnection('live');
    onChange();
  }

  /** The browser connects again by itself, but not where the answer was no stream of events. */
  function onError() {
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

  function close() {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  }

  function onVisibility() {
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
