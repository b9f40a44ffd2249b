/** What browsers run of the shop's pages. */
import { start } from './lib/start.tsx';
import { missing } from './missing.tsx';
import { pages } from './pages.ts';

start([...pages, missing]);
