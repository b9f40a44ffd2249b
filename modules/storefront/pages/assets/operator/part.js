/** A part of the operator's page that is loaded, shown, and loaded again. */
import { element, fill, keepingFocus } from '../lib/dom.js';
import { loading, problem } from '../lib/states.js';

/** A page of the operator's; `signal` is aborted when it is left. */
/** @typedef {(panel: HTMLElement, signal: AbortSignal, rest: string[]) => void} Show */
/** @typedef {{ name: string, title: string, show: Show }} Tab */

/**
 * An element that shows what `load` gives; a failure is shown in its place, with a way to try again.
 *
 * @param {() => Promise<Node>} load
 * @returns {{ element: HTMLElement, reload: () => Promise<void> }}
 */
export function part(load) {
  const place = element('div', {}, loading('One moment…'));
  let round = 0;
  async function reload() {
    const mine = (round += 1);
    const shown = await load().catch((/** @type {unknown} */ error) => problem(error, reload));
    // What was asked for since is newer.
    if (mine === round) keepingFocus(() => fill(place, shown));
  }
  void reload();
  return { element: place, reload };
}

/**
 * Does something again and again while the page is in sight, until the signal is aborted.
 *
 * @param {() => Promise<void>} run
 * @param {number} everyMs the pause after each time
 * @param {AbortSignal} signal
 */
export function repeat(run, everyMs, signal) {
  let timer = setTimeout(round, everyMs);
  signal.addEventListener('abort', () => clearTimeout(timer));
  async function round() {
    if (!document.hidden) await run();
    if (!signal.aborted) timer = setTimeout(round, everyMs);
  }
}
