/** The entry of a process that runs the history and those who stand in for the others. */
import { run } from '../../../src/run.ts';
import { historyShop } from './stand-ins.ts';

await run(historyShop, process.env);
