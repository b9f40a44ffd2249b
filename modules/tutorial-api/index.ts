/**
 * `tutorial-api`: the three calls of the Redis tutorial's gateway, version 1.0.0, for the tutorial's own front
 * end. It lives on the REST API alone, so it belongs into a process with `gateway`.
 */
import { defineModule } from '#host';
import { calls } from './routes.ts';

export const tutorialApi = defineModule({
  name: 'tutorial-api',
  description: "The calls of the Redis tutorial's gateway",
  setup: () => ({ pages: calls }),
});
