/** All that is seen of a page: its header, its own part, its footer. */
import { isDrawerOpen, pieces } from '../lib/cart.ts';
import { count, setFormats } from '../lib/format.ts';
import { get } from '../lib/http.ts';
import { useLoaded } from '../lib/loaded.ts';
import type { AnyPage, Frame } from '../lib/page.ts';
import { AccountLink } from './account-link.tsx';
import { CartDrawer } from './cart-drawer.tsx';
import { Loading, ProblemNotice } from './states.tsx';

/** A page with what is around it. */
export function App({ page, frame }: { page: AnyPage; frame: Frame }) {
  setFormats(frame);
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Header frame={frame} path={page.path} />
      <main id="main" tabIndex={-1}>
        {page.load && frame.data === undefined ? (
          <LoadedHere page={page} frame={frame} />
        ) : (
          <page.View frame={frame} data={frame.data} />
        )}
      </main>
      <Footer />
      <CartDrawer />
    </>
  );
}

/** A page whose data the server could not have: the browser asks for them. */
function LoadedHere({ page, frame }: { page: AnyPage; frame: Frame }) {
  const { data, error, reload } = useLoaded(() => page.load!(get, frame), []);
  if (error !== undefined) return <ProblemNotice error={error} retry={reload} />;
  if (data === undefined) return <Loading text="One moment…" />;
  return <page.View frame={frame} data={data} />;
}

const LINKS = [
  ['/products', 'Shop'],
  ['/orders', 'Orders'],
] as const;

function Header({ frame, path }: { frame: Frame; path: string }) {
  const words = new URLSearchParams(frame.search).get('search') ?? '';
  return (
    <header class="site-header">
      <div class="bar">
        <a class="brand" href="/">
          <img src={`${frame.assets}/icon.svg`} alt="" width="32" height="32" />
          Millrace
        </a>
        <form class="search" id="search" role="search" action="/products" method="get">
          <label class="unseen" for="search-words">
            Search the shop
          </label>
          <input
            id="search-words"
            name="search"
            type="search"
            dir="auto"
            maxLength={200}
            placeholder="Search the shop"
            autocomplete="off"
            defaultValue={words}
          />
          <button type="submit">Search</button>
        </form>
        <nav class="site-nav" aria-label="Shop">
          {LINKS.map(([href, text]) => (
            <a key={href} href={href} aria-current={href === path ? 'page' : undefined}>
              {text}
            </a>
          ))}
          <AccountLink path={path} />
          <a
            class="cart-link"
            href="/cart"
            aria-current={path === '/cart' ? 'page' : undefined}
            onClick={(event) => openDrawer(event, path)}
          >
            Cart{' '}
            {pieces.value > 0 && (
              <span class="badge" id="cart-count">
                {count(pieces.value)}
              </span>
            )}
          </a>
        </nav>
      </div>
    </header>
  );
}

/** Shows the cart at the side instead of going to its page; where a click opens a tab, it does. */
function openDrawer(event: MouseEvent, path: string): void {
  if (path === '/cart' || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  isDrawerOpen.value = true;
}

function Footer() {
  return (
    <footer class="site-footer">
      <div class="bar">
        <p>A shop that runs on Millrace.</p>
        <nav aria-label="For operators and developers">
          <a href="/operator">Operator</a>
          <a href="/docs">API</a>
        </nav>
      </div>
    </footer>
  );
}
