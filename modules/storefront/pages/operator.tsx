/** What browsers run of the operator's pages. */
import { Bare } from './components/bare.tsx';
import { start } from './lib/start.tsx';
import { operator } from './operator/page.tsx';

start([operator], Bare);
