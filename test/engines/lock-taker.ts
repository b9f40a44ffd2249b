/** A process that tries for the lock on the directory in its argument, prints how it went, and waits. */
import { takeLock } from '../../engines/lock.ts';

process.stdout.write(`${outcome()}\n`);
setInterval(() => undefined, 60_000);

function outcome(): string {
  try {
    takeLock(process.argv[2] ?? '');
    return 'taken';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}
