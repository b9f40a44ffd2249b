/** The filters beside the list; on a narrow screen they are a sheet over it. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { counted } from '../lib/format.ts';
import { FilterForm } from './filters.tsx';
import type { Catalogue } from './state.ts';

/** Where the filters have no place beside the list. As in catalogue.css. */
const NARROW = '(max-width: 56rem)';

/** The filters, in their place or, where `isOpen`, as a sheet. */
export function Filters({
  query,
  listing,
  go,
  isOpen,
  onClose,
}: Pick<Catalogue, 'query' | 'listing' | 'go'> & { isOpen: boolean; onClose: () => void }) {
  const form = <FilterForm facets={listing.facets} query={query} go={go} />;
  if (!isOpen)
    return (
      <aside class="filters" id="filters" aria-label="Filters">
        {form}
      </aside>
    );
  return (
    <Sheet total={listing.total} onClose={onClose}>
      {form}
    </Sheet>
  );
}

/** What leads to the filters where they are out of sight: without script they come after the list. */
export function FiltersButton({ onOpen }: { onOpen: () => void }) {
  const [isLive, setLive] = useState(false);
  useEffect(() => setLive(true), []);
  if (!isLive)
    return (
      <a class="button open-filters" href="#filters">
        Filters
      </a>
    );
  return (
    <button type="button" class="open-filters" aria-haspopup="dialog" onClick={onOpen}>
      Filters
    </button>
  );
}

function Sheet({
  total,
  onClose,
  children,
}: {
  total: number;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    const narrow = matchMedia(NARROW);
    narrow.addEventListener('change', onClose);
    return () => narrow.removeEventListener('change', onClose);
  }, []);
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
          Show {counted(total, 'product')}
        </button>
      </footer>
    </dialog>
  );
}
