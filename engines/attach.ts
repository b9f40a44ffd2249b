/** Using the engines of a Millrace that runs already, from a second process such as the importer. */
import { setTimeout as delay } from 'node:timers/promises';
import { READY_BOUND_MS } from './launch.ts';
import { engineError } from './errors.ts';
import { livingHolder } from './lock.ts';

/** How often an owner that still starts its engines is looked at. Milliseconds. */
const POLL_MS = 50;

/**
 * Gives the URLs of the named engines as the living owner of a data directory runs them, waiting for
 * those that it is starting; undefined when nobody owns the directory.
 * @throws ENGINE_MISSING when the owner was given an engine by URL, and so runs none
 */
export async function enginesOfOwner(
  dataDir: string,
  names: readonly string[],
): Promise<Map<string, string> | undefined> {
  const deadline = Date.now() + READY_BOUND_MS;
  for (;;) {
    const holder = livingHolder(dataDir);
    if (holder === undefined) return undefined;
    const ready = holder.engines.filter((engine) => engine.ready);
    const urls = new Map(ready.map((engine) => [engine.name, engine.url]));
    const missing = names.filter((name) => !urls.has(name));
    if (missing.length === 0) return urls;
    if (Date.now() > deadline) throw notShared(holder.owner.pid, missing, dataDir);
    await delay(POLL_MS);
  }
}

function notShared(pid: number, missing: readonly string[], dataDir: string): Error {
  const variables = missing.map((name) => `${name.toUpperCase()}_URL`).join(' and ');
  return engineError(
    'ENGINE_MISSING',
    `The Millrace with pid ${pid} owns ${dataDir}, and has no ${missing.join(' and ')} of its own ` +
      `running there. If it was started with ${variables}, set the same here.`,
  );
}
