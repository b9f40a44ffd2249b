/** Bringing a page that the server has rendered to life. */
import { hydrate, type JSX } from 'preact';
import type { AnyPage, Frame } from './page.ts';

/** Renders the page that the document names, over what the server has rendered; gives what it was rendered with. */
export function start(
  pages: readonly AnyPage[],
  Around: (props: { page: AnyPage; frame: Frame }) => JSX.Element,
): Frame {
  const frame = JSON.parse(document.getElementById('frame')?.textContent ?? '') as Frame;
  const page = pages.find(({ name }) => name === frame.page);
  const app = document.getElementById('app');
  if (!page || !app) throw new Error(`there is no page ${frame.page}`);
  hydrate(<Around page={page} frame={frame} />, app);
  return frame;
}
