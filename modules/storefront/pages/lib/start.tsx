/** Bringing a page that the server has rendered to life. */
import { hydrate } from 'preact';
import { App } from '../components/app.tsx';
import { openCart } from './cart.ts';
import type { AnyPage, Frame } from './page.ts';
import { openSession } from './session.ts';

/** Renders the page that the document names, over what the server has rendered. */
export function start(pages: readonly AnyPage[]): void {
  const frame = JSON.parse(document.getElementById('frame')?.textContent ?? '') as Frame;
  const page = pages.find(({ name }) => name === frame.page);
  const app = document.getElementById('app');
  if (!page || !app) throw new Error(`there is no page ${frame.page}`);
  hydrate(<App page={page} frame={frame} />, app);
  // Only now, since the server knew of no cart, and of nobody.
  openCart();
  openSession(frame.hasCookies);
}
