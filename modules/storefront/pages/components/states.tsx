/** What a part of a page shows while it has nothing else to show: waiting, nothing there, a problem. */
import type { ComponentChildren } from 'preact';
import { Problem } from '../lib/http.ts';

/** Says what is waited for. */
export function Loading({ text }: { text: string }) {
  return (
    <p class="state state-loading" role="status">
      {text}
    </p>
  );
}

/** Says that nothing is there, and what to do about it. */
export function Empty({
  title,
  text,
  children,
}: {
  title: string;
  text: string;
  children?: ComponentChildren;
}) {
  return (
    <div class="state">
      <h2>{title}</h2>
      <p>{text}</p>
      {children && <p>{children}</p>}
    </div>
  );
}

/** Says what went wrong, with a button that tries again where there is something to try. */
export function ProblemNotice({ error, retry }: { error: unknown; retry?: () => unknown }) {
  return (
    <div class="notice notice-bad" role="alert">
      <p>{messageOf(error)}</p>
      {retry && (
        <button type="button" onClick={() => void retry()}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Says something in passing. */
export function Notice({
  kind = 'good',
  children,
}: {
  kind?: 'good' | 'warn' | 'bad' | 'plain';
  children: ComponentChildren;
}) {
  return (
    <p
      class={`notice notice-${kind}`}
      role={kind === 'bad' || kind === 'warn' ? 'alert' : 'status'}
    >
      {children}
    </p>
  );
}

/** What an error says to whoever looks at the page. */
function messageOf(error: unknown): string {
  if (error instanceof Problem) return error.message;
  // Not of the API's making: the console is where whoever mends the page looks for it.
  reportError(error);
  return 'This page has failed. Loading it again may help.';
}
