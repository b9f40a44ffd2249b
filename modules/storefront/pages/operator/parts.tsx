/** What the operator's pages are made of: parts that are loaded, loaded again, or come a page at a time. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import type { Role } from '../../../../src/http/admin/api.ts';
import { Loading, ProblemNotice } from '../components/states.tsx';
import { useLoaded, type Loaded } from '../lib/loaded.ts';
import { whyNot } from './session.ts';

/** What the address names after the section: `#payments/failed/17` gives `['failed', '17']`. */
export interface SectionProps {
  rest: readonly string[];
}

/** Shows what was loaded; before, that it is loaded, or why it cannot be, with a way to try again. */
export function Part<T>({
  of: { data, error, reload },
  children,
}: {
  of: Loaded<T>;
  children: (data: T) => ComponentChildren;
}) {
  return (
    <div>
      {error !== undefined && <ProblemNotice error={error} retry={reload} />}
      {data !== undefined && children(data)}
      {data === undefined && error === undefined && <Loading text="One moment…" />}
    </div>
  );
}

/** What takes a role: shown to whoever has it, and to others why it is not. The API refuses them anyway. */
export function Allowed({ to, children }: { to: Role; children: ComponentChildren }) {
  const why = whyNot(to);
  return why === undefined ? <>{children}</> : <p class="fine not-allowed">{why}</p>;
}

/** Fields and buttons that take a role: to others they are disabled, below why. */
export function Reserved({ to, children }: { to: Role; children: ComponentChildren }) {
  return (
    <>
      <Allowed to={to}>{null}</Allowed>
      <fieldset disabled={whyNot(to) !== undefined}>{children}</fieldset>
    </>
  );
}

/** Does something again and again while the page is in sight, `everyMs` after each time. */
export function useRepeat(run: () => Promise<void>, everyMs: number): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    let isOver = false;
    let timer = wait();
    function wait() {
      return setTimeout(() => void round(), everyMs);
    }
    async function round() {
      if (!document.hidden) await latest.current();
      if (!isOver) timer = wait();
    }
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [everyMs]);
}

export interface ItemPage<T> {
  items: T[];
  nextCursor: string | null;
}

/** A list that comes a page at a time. */
export interface Pages<T, Page extends ItemPage<T> = ItemPage<T>> extends Loaded<Page> {
  /** Puts the next page below. */
  more(this: void): Promise<void>;
}

/** Asks for the first page, and for the next where it is wanted. */
export function usePages<T, Page extends ItemPage<T> = ItemPage<T>>(
  getPage: (cursor?: string) => Promise<Page>,
  inputs: readonly unknown[],
): Pages<T, Page> {
  const loaded = useLoaded(() => getPage(), inputs);
  const more = async () => {
    const before = loaded.data;
    if (!before?.nextCursor) return;
    const next = await getPage(before.nextCursor);
    loaded.set({ ...next, items: [...before.items, ...next.items] });
  };
  return { ...loaded, more };
}

/** The button for the next page, where there is one. */
export function More({ of: { data, more } }: { of: Pages<unknown> }) {
  const [state, setState] = useState<{ isLoading?: boolean; error?: unknown }>({});
  if (!data?.nextCursor) return null;
  const load = async () => {
    if (state.isLoading) return;
    setState({ isLoading: true });
    await more().then(
      () => setState({}),
      (error: unknown) => setState({ error }),
    );
  };
  return (
    <div class="more">
      {state.error !== undefined && <ProblemNotice error={state.error} />}
      <button type="button" aria-disabled={state.isLoading} onClick={() => void load()}>
        {state.isLoading ? 'One moment…' : 'Show more'}
      </button>
    </div>
  );
}
