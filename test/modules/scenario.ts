/** A scenario: events for every handler of a module, whose order must not matter. */
import type { Given } from '../../src/bus/index.ts';
import type { ModuleContext } from '../../src/index.ts';

/** `<module>/scenario.ts` exports one as `scenario`. */
export interface Scenario {
  events: Given[];
  /** What is there before the first event. */
  before?: (context: ModuleContext) => Promise<void>;
}
