/** What browsers run of the operator's pages. */
import { start } from './lib/start.tsx';
import { operator } from './operator/page.tsx';

start([operator]);
