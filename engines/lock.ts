/**
 * The lock on a data directory: one living owner, and a record of the engines that it runs.
 *
 * Each owner's lock is a file of its own with the next number, made whole and linked into place, so
 * that of several which find the same stale lock exactly one gets the next number. A single file
 * could not be taken over safely: one starter could delete the lock that another has just taken.
 */
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { engineError } from './errors.ts';
import { identify, isAlive, type ProcessIdentity } from './process.ts';

/** An engine as its owner writes it down, so that others may use it, or end it after the owner. */
export type EngineRecord = {
  name: string;
  process: ProcessIdentity;
  url: string;
  ready: boolean;
  stopSignal: NodeJS.Signals;
};

/** What a lock file holds. */
export type Holder = { owner: ProcessIdentity; engines: EngineRecord[] };

/** A lock that is ours. */
export type Lock = {
  /** Engines which owners that died left running, for us to end. */
  orphans: EngineRecord[];
  /**
   * Writes an engine down, in place of the earlier one of that name.
   * @throws the file system's error where it cannot
   */
  record(engine: EngineRecord): void;
  /** Gives the directory free. */
  release(): void;
};

const NOBODY: ProcessIdentity = { pid: 0, startedAt: null };

const NAME = /^engines\.lock\.(\d+)$/;

/** The living owner of a data directory, if there is one. */
export function livingHolder(dataDir: string): Holder | undefined {
  return readLocks(dataDir).find(({ holder }) => isAlive(holder.owner))?.holder;
}

/**
 * Takes the lock on a data directory, which it makes where there is none.
 * @throws DATA_DIR_IN_USE while another process holds it
 */
export function takeLock(dataDir: string): Lock {
  makeDirectory(dataDir);
  for (;;) {
    const earlier = readLocks(dataDir);
    refuseWhileHeld(dataDir, earlier);
    const number = Math.max(0, ...earlier.map((lock) => lock.number)) + 1;
    const engines = earlier.flatMap(({ holder }) => holder.engines);
    const orphans = engines.map((engine) => ({ ...engine, ready: false }));
    // Ours from the first moment: if we are killed too, the next owner still finds them.
    const holder: Holder = { owner: identify(process.pid), engines: [...orphans] };
    const file = join(dataDir, `engines.lock.${number}`);
    if (!create(file, holder)) continue;
    // Whoever looked before our lock was there, and wrote after it was given free by another, has
    // another number than ours: both look again, and at most one stays.
    const others = readLocks(dataDir).filter((lock) => lock.number !== number);
    try {
      refuseWhileHeld(dataDir, others);
    } catch (error) {
      fs.rmSync(file);
      throw error;
    }
    for (const other of others) fs.rmSync(other.file, { force: true });
    return ownLock(file, holder, orphans);
  }
}

/** Node's own `recursive` never comes back where the system refuses a name in a directory that is there. */
function makeDirectory(path: string): void {
  if (fs.statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectory(parent);
  try {
    fs.mkdirSync(path);
  } catch (error) {
    // Another process may have made it since.
    if (!fs.statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

function ownLock(file: string, holder: Holder, orphans: EngineRecord[]): Lock {
  return {
    orphans,
    record(engine) {
      holder.engines = [...holder.engines.filter(({ name }) => name !== engine.name), engine];
      const whole = writeBeside(file, holder);
      fs.renameSync(whole, file);
    },
    release() {
      try {
        fs.rmSync(file, { force: true });
      } catch {
        // Where nothing can be written any more it stays, and counts no longer than its owner lives.
      }
    },
  };
}

function refuseWhileHeld(dataDir: string, locks: { holder: Holder }[]): void {
  const held = locks.find(({ holder }) => isAlive(holder.owner));
  if (held === undefined) return;
  const { pid } = held.holder.owner;
  throw engineError(
    'DATA_DIR_IN_USE',
    `The data directory ${dataDir} is in use by another Millrace (pid ${pid}). Stop that one first ` +
      `(kill ${pid}), or give this one a directory of its own: DATA_DIR=/another/directory.`,
  );
}

/** Gives false where the file is there already. */
function create(file: string, holder: Holder): boolean {
  const whole = writeBeside(file, holder);
  try {
    fs.linkSync(whole, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    fs.rmSync(whole);
  }
}

function writeBeside(file: string, holder: Holder): string {
  const whole = `${file}.${process.pid}`;
  try {
    fs.writeFileSync(whole, `${JSON.stringify(holder, null, 2)}\n`, { mode: 0o600 });
    return whole;
  } catch (error) {
    // On a full disk its name is there, and what it should hold is not.
    fs.rmSync(whole, { force: true });
    throw error;
  }
}

function readLocks(dataDir: string): { number: number; file: string; holder: Holder }[] {
  return readNames(dataDir).flatMap((name) => {
    const number = NAME.exec(name)?.[1];
    const file = join(dataDir, name);
    const holder = number === undefined ? undefined : readHolder(file);
    return holder === undefined ? [] : [{ number: Number(number), file, holder }];
  });
}

function readNames(dataDir: string): string[] {
  try {
    return fs.readdirSync(dataDir);
  } catch {
    return [];
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    // A loss of power can leave the file empty; its owner, and its engines, died of the same.
    if (error instanceof SyntaxError) return { owner: NOBODY, engines: [] };
    return undefined; // given free since the directory was read
  }
}
