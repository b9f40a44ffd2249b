/** The cart at the side of whatever page is open. */
import { useEffect, useRef } from 'preact/hooks';
import { isDrawerOpen } from '../lib/cart.ts';
import { CartContents } from './cart-contents.tsx';

/** Shows the cart while `isDrawerOpen`; who closes it has the focus where it was. */
export function CartDrawer() {
  const dialog = useRef<HTMLDialogElement>(null);
  const isOpen = isDrawerOpen.value;
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  return (
    <dialog
      class="drawer"
      aria-labelledby="drawer-title"
      ref={dialog}
      onClose={close}
      onClick={({ target, currentTarget }) => {
        // What is beside it is the dialog's own, too: all that it shows is in the div.
        if (target === currentTarget) close();
      }}
    >
      {isOpen && (
        <div class="drawer-content">
          <div class="drawer-head">
            <h2 id="drawer-title" tabIndex={-1} autofocus>
              Your cart
            </h2>
            <button type="button" onClick={close}>
              Close
            </button>
          </div>
          <CartContents />
        </div>
      )}
    </dialog>
  );
}

function close(): void {
  isDrawerOpen.value = false;
}
