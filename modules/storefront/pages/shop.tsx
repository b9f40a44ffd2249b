/** What browsers run of the shop's pages. */
import { App } from './components/app.tsx';
import { openCart } from './lib/cart.ts';
import { openSession } from './lib/session.ts';
import { start } from './lib/start.tsx';
import { missing } from './missing.tsx';
import { pages } from './pages.ts';

const frame = start([...pages, missing], App);
// Only now, since the server knew of no cart, and of nobody.
openCart();
openSession(frame.hasCookies);
