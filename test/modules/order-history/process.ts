/** The entry of a process that runs the history and those who stand in for the others. */
import { serve } from '../../../src/cli/start.ts';
import { historyShop } from './fakes.ts';

await serve({ modules: historyShop, environment: process.env });
