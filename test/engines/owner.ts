/** A process that owns engines on the directory in its argument, prints their URLs, and waits. */
import { pino } from 'pino';
import { startEngines } from '../../engines/index.ts';

const log = pino({ level: 'silent' });
const engines = await startEngines({ dataDir: process.argv[2] ?? '', log });
process.once('SIGTERM', () => void engines.stop());
// An end that stops nothing, as an uncaught error is; Ctrl-C in a terminal reaches this process too.
process.once('SIGUSR2', () => process.exit(1));
process.once('SIGINT', () => process.exit(1));
// Only now, since a signal comes as soon as the line is read.
process.stdout.write(`${JSON.stringify(engines)}\n`);
