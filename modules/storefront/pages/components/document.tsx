/** The HTML document around a page. */
import type { ComponentChildren } from 'preact';
import { documentTitle, type AnyPage, type Frame, type Head } from '../lib/page.ts';

/** A page as a document; `children` is all that is seen of it. */
export function Document({
  page,
  frame,
  head,
  children,
}: {
  page: AnyPage;
  frame: Frame;
  head: Head;
  children: ComponentChildren;
}) {
  const { assets } = frame;
  const script = `${assets}/${page.bundle}.js`;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{documentTitle(head.title)}</title>
        <meta name="color-scheme" content="light dark" />
        <Metadata head={head} origin={frame.origin} />
        <link rel="icon" type="image/svg+xml" href={`${assets}/icon.svg`} />
        <link rel="stylesheet" href={`${assets}/${page.bundle}.css`} />
        <script type="module" src={script} />
        {head.jsonLd && <Data type="application/ld+json" value={head.jsonLd} />}
      </head>
      <body data-page={page.name}>
        <div id="app">{children}</div>
        <Data type="application/json" id="frame" value={frame} />
      </body>
    </html>
  );
}

function Metadata({ head, origin }: { head: Head; origin: string }) {
  const { title, description, canonical, image } = head;
  return (
    <>
      {description !== undefined && <meta name="description" content={description} />}
      {canonical !== undefined && (
        <>
          <link rel="canonical" href={origin + canonical} />
          <meta property="og:title" content={title} />
          <meta property="og:url" content={origin + canonical} />
          <meta property="og:site_name" content="Millrace" />
          {description !== undefined && <meta property="og:description" content={description} />}
          {image !== undefined && <meta property="og:image" content={origin + image} />}
        </>
      )}
    </>
  );
}

/** Data in a page: nothing runs, whatever it holds, and nothing in it ends the element. */
function Data({ type, id, value }: { type: string; id?: string; value: object }) {
  const json = JSON.stringify(value).replaceAll('<', '\\u003c');
  return <script type={type} id={id} dangerouslySetInnerHTML={{ __html: json }} />;
}
