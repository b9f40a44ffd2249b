/** The operator's calls on dead letters: look, handle again, edit, discard. */
import type { Bus } from '../../../bus/index.ts';
import type { App } from '../../../module/module.ts';
import type { RemoteProcesses } from '../remote-replay.ts';
import { discardRoute } from './discard.ts';
import { editRoute } from './edit.ts';
import { lookingRoutes } from './look.ts';
import { replayRoute } from './replay.ts';

/** Adds the calls on the dead letters of every stream; other processes read what is not read here. */
export function deadLetterRoutes(
  app: App,
  { bus, ...remote }: RemoteProcesses & { bus: Bus },
): void {
  lookingRoutes(app, bus);
  replayRoute(app, bus, remote);
  editRoute(app, bus, remote);
  discardRoute(app, bus);
}
