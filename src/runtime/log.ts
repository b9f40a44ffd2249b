/** The log of a process: what never reaches it, and what becomes of it where it cannot be written. */
import { write, writeSync } from 'node:fs';
import { pino, type Logger } from 'pino';

/** Lines that wait to be written are kept up to this many characters; what comes then is lost. */
const WAITING_MAX = 1_048_576;
/** How long a line waits for others, which are written with it, in ms. */
const TOGETHER_MS = 10;
/** The pause before a pipe that was full is written to again, in ms. */
const FULL_PIPE_MS = 50;

/**
 * Secrets never reach the log, wherever an error or a request carries them: a command of Redis that
 * was refused holds passwords and what customers wrote, a URL that cannot be read its password.
 */
const REDACTED = [
  'req.headers.authorization',
  'req.headers.cookie',
  'err.config',
  'err.options',
  'err.command.args',
  'err.input',
  'err.previousErrors',
];

/** Opens the log on a file descriptor: 1 is standard output, 2 standard error. */
export function createLog(level: string, fd: 1 | 2): Logger {
  const output = openOutput(fd, {
    onLoss: (error) => say(`The log cannot be written: ${error.message}. Its lines are lost.\n`),
    onReturn: (lost) => log.warn({ lost }, 'the log is written again; lines of it were lost'),
  });
  process.once('exit', () => output.flushSync());
  const log = pino({ level, redact: REDACTED }, output);
  return log;
}

/** Writes to standard error, which may be closed, or on a disk that is full. */
export function say(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // There is nobody left to tell.
  }
}

/**
 * Writes without waiting, as pino's own output does. That one ends the process, or never comes back
 * from a flush, where the disk is full; a shop must go on without its log.
 */
function openOutput(
  fd: number,
  { onLoss, onReturn }: { onLoss: (error: Error) => void; onReturn: (lost: number) => void },
) {
  let waiting: string[] = [];
  let size = 0;
  let chunk = Buffer.alloc(0);
  let writing = false;
  let lost = 0;

  function next(): void {
    if (chunk.length === 0) chunk = take();
    write(fd, chunk, 0, chunk.length, null, (error, written) => {
      if (error?.code === 'EAGAIN') return void setTimeout(next, FULL_PIPE_MS);
      if (error) return lose(error);
      chunk = chunk.subarray(written);
      const missing = lost;
      lost = 0;
      if (missing > 0) onReturn(missing);
      if (chunk.length > 0) next();
      else if (waiting.length > 0) setTimeout(next, TOGETHER_MS).unref();
      else writing = false;
    });
  }

  function take(): Buffer<ArrayBuffer> {
    const taken = Buffer.from(waiting.join(''));
    waiting = [];
    size = 0;
    return taken;
  }

  function lose(error: Error): void {
    if (lost === 0) onLoss(error);
    lost += chunk.toString().split('\n').length - 1 + waiting.length;
    take();
    chunk = Buffer.alloc(0);
    writing = false;
  }

  return {
    write(line: string): void {
      if (size + line.length > WAITING_MAX) return void (lost += 1);
      waiting.push(line);
      size += line.length;
      if (writing) return;
      writing = true;
      setTimeout(next, TOGETHER_MS).unref();
    },
    /** Writes what waits before the process ends; what is being written is on its way already. */
    flushSync(): void {
      let rest = take();
      try {
        while (rest.length > 0) rest = rest.subarray(writeSync(fd, rest));
      } catch {
        // It cannot be written.
      }
    },
  };
}
