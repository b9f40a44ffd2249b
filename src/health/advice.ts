/** What to do about what is not well: a sentence or two for each cause, with the command. */
import type { ProcessFacts } from './facts.ts';

interface Where {
  stream: string;
  group: string;
}

/** A state, with its cause and what it is about. */
export type Advised =
  | { health: 'ok' }
  /** No process runs the module; those that ended without a word are named. */
  | { health: 'stopped'; cause: 'gone'; module: string; lost: readonly ProcessFacts[] }
  /** Nobody reads a foreign group, and entries wait. */
  | ({ health: 'stopped'; cause: 'silent' } & Where)
  | { health: 'absent'; cause: 'never'; module: string }
  | ({ health: 'paused'; cause: 'paused' } & Where)
  /** Processes say that something does not work. */
  | { health: 'slow'; cause: 'failing'; failing: readonly ProcessFacts[] }
  /** A process runs, but its group has no consumer. */
  | { health: 'slow'; cause: 'unread'; module: string }
  | ({ health: 'slow'; cause: 'waiting'; module: string } & Where)
  /** Likewise, of a foreign group. */
  | ({ health: 'slow'; cause: 'foreign' } & Where)
  /** The module does not listen to the stream any more. */
  | ({ health: 'abandoned'; cause: 'left'; module: string; key: string } & Where)
  | ({ health: 'abandoned'; cause: 'unknown'; key: string } & Where);

/** What to do about it, or null where all is well. It says nothing that changes by itself, such as ages. */
export function advise(advised: Advised): string | null {
  if (advised.health === 'ok') return null;
  switch (advised.cause) {
    case 'gone':
      return gone(advised.module, advised.lost);
    case 'silent':
      return `Nobody reads ${advised.group} on ${advised.stream}, and entries wait for it. Start the service that reads it; it is none of our modules.`;
    case 'never':
      return `No process has run ${advised.module} within the last day. Where it is wanted: ${starting(advised.module)}.`;
    case 'paused':
      return `Reading was paused by an operator; entries wait in ${advised.stream} until it is resumed.`;
    case 'failing':
      return advised.failing
        .map((one) => `${nameOf(one)} says: ${one.failing.join('; ')}.`)
        .join(' ');
    case 'unread':
      return `A process runs ${advised.module} but does not read yet. Where that lasts, look at its log, and restart it.`;
    case 'waiting':
      return `Entries wait longer than they should: a handler is at work, tries again, or comes after too many. Look at the log of ${advised.module} for what fails; where it only has too much to do, start one more: ${starting(advised.module)}.`;
    case 'foreign':
      return `Entries wait longer than they should. Look at the service that reads ${advised.stream} as ${advised.group}; it is none of our modules.`;
    case 'left':
      return `${advised.module} does not listen to ${advised.stream} any more, but its group keeps the stream from being trimmed. ${removing(advised)}`;
    case 'unknown':
      return `No module reads ${advised.stream} as ${advised.group}, and nobody else has done so for long; the group keeps the stream from being trimmed. ${removing(advised)}`;
  }
}

function gone(module: string, lost: readonly ProcessFacts[]): string {
  if (lost.length === 0) return `No process runs ${module}. Start it: ${starting(module)}.`;
  const continuing = lost
    .flatMap(({ pid, host }) =>
      pid === null ? [] : [`kill -CONT ${pid}${host ? ` on ${host}` : ''}`],
    )
    .join(', ');
  const names = lost.map(nameOf).join(', ');
  const ended = `${names} gives no sign of life: it was killed, hangs or stands still.`;
  const again = `Start ${module} again: ${starting(module)}.`;
  return continuing === ''
    ? `${ended} ${again}`
    : `${ended} ${again} If it stands still: ${continuing}.`;
}

function nameOf({ url, host, pid }: ProcessFacts): string {
  return url || (pid === null ? 'A process' : `Process ${pid}${host ? ` on ${host}` : ''}`);
}

function starting(module: string): string {
  return `MODULES=${module} npm start`;
}

function removing({ key, group }: { key: string; group: string }): string {
  return `If it is not needed any more: redis-cli XGROUP DESTROY ${key} ${group}`;
}
