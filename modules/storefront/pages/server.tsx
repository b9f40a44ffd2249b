/** What the server has of the pages: which there are, and the HTML of each. */
import { renderToString } from 'preact-render-to-string';
import { App } from './components/app.tsx';
import { Bare } from './components/bare.tsx';
import { Document } from './components/document.tsx';
import { Problem } from './lib/http.ts';
import type { AnyPage, Frame, Renderer } from './lib/page.ts';
import { missing } from './missing.tsx';
import { operator } from './operator/page.tsx';
import { pages as shop } from './pages.ts';

/** The whole document of a page. */
function render(page: AnyPage, frame: Frame): string {
  const head = page.head(frame, frame.data);
  const Around = page.bundle === 'operator' ? Bare : App;
  const document = (
    <Document page={page} frame={frame} head={head}>
      <Around page={page} frame={frame} />
    </Document>
  );
  return `<!doctype html>${renderToString(document)}`;
}

export const renderer: Renderer = {
  pages: [...shop, operator],
  missing,
  Problem,
  render,
};
