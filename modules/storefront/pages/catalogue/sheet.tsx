/** The filters beside the list; on a narrow screen they are a sheet over it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { count } from '../lib/format.ts';
import { FilterForm } from './filters.tsx';
import type { Catalogue } from './state.ts';

/** Where the filters have no place beside the list. As in catalogue.css. */
const NARROW = '(max-width: 56rem)';

/** The filters, and what opens them where they are out of sight. */
export function Filters({ query, listing, go }: Pick<Catalogue, 'query' | 'listing' | 'go'>) {
  const [isLive, setLive] = useState(false);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    setLive(true);
    const narrow = matchMedia(NARROW);
    const onChange = () => setOpen(false);
    narrow.addEventListener('change', onChange);
    return () => narrow.removeEventListener('change', onChange);
  }, []);
  const form = <FilterForm facets={listing.facets} query={query} go={go} />;
  return (
    <>
      {/* Without script it leads to the form, which comes after the list. */}
      {isLive ? (
        <button
          type="button"
          class="open-filters"
          aria-haspopup="dialog"
          onClick={() => setOpen(true)}
        >
          Filters
        </button>
      ) : (
        <a class="button open-filters" href="#filters">
          Filters
        </a>
      )}
      {isOpen ? (
        <Sheet total={listing.total} onClose={() => setOpen(false)}>
          {form}
        </Sheet>
      ) : (
        <aside class="filters" id="filters" aria-label="Filters">
          {form}
        </aside>
      )}
    </>
  );
}

function Sheet({
  total,
  onClose,
  children,
}: {
  total: number;
  onClose: () => void;
  children: preact.ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => dialog.current?.close();
  return (
    <dialog
      class="sheet filters"
      aria-labelledby="sheet-heading"
      ref={dialog}
      onClose={onClose}
      onClick={({ target }) => target === dialog.current && close()}
    >
      <header>
        <h2 id="sheet-heading">Filters</h2>
        <button type="button" onClick={close}>
          Close
        </button>
      </header>
      <div class="sheet-content">{children}</div>
      <footer>
        <button type="button" class="primary" aria-live="polite" onClick={close}>
          {total === 1 ? 'Show 1 product' : `Show ${count(total)} products`}
        </button>
      </footer>
    </dialog>
  );
}
