/** Processes that are not our children: telling whether one still lives, and ending it. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * One process for all time: system and containers use a pid again, but not with the same start.
 * `startedAt` is opaque; null where the system does not tell (no /proc), and then the pid must do.
 */
export type ProcessIdentity = { pid: number; startedAt: string | null };

/** How often a process that was told to end is looked at. Milliseconds. */
const POLL_MS = 25;

/** Gives the identity of a process that runs now. */
export function identify(pid: number): ProcessIdentity {
  return { pid, startedAt: readStat(pid)?.startedAt ?? null };
}

/** Whether exactly that process still runs; a zombie does not. */
export function isAlive({ pid, startedAt }: ProcessIdentity): boolean {
  if (pid <= 0 || !answersSignals(pid)) return false;
  const stat = readStat(pid);
  if (stat === undefined) return startedAt === null;
  return stat.state !== 'Z' && (startedAt === null || stat.startedAt === startedAt);
}

/**
 * Ends a process: asks by the signal, waits up to the bound in milliseconds, then kills it. Resolves
 * when it is gone; one that has been gone, or whose pid is another's by now, is left alone.
 */
export async function endProcess(
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
  boundMs: number,
): Promise<void> {
  if (!isAlive(identity)) return;
  sendSignal(identity.pid, signal);
  if (await gone(identity, boundMs)) return;
  sendSignal(identity.pid, 'SIGKILL');
  await gone(identity, boundMs);
}

/** Sends a signal to a process, which may have ended in the same moment. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

async function gone(identity: ProcessIdentity, boundMs: number): Promise<boolean> {
  const deadline = Date.now() + boundMs;
  while (isAlive(identity)) {
    if (Date.now() > deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM'; // it lives, and is another user's
  }
}

/** Fields 3 and 22 of proc(5)'s stat; the name in field 2 may hold blanks and brackets. */
function readStat(pid: number): { state: string; startedAt: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Field 22 counts from the system's start, so it means nothing without which start that was.
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return { state: fields[0] ?? '', startedAt: `${boot}/${fields[19]}` };
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
