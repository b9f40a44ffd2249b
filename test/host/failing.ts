/** A process of one module that fails by itself, in the ways that nothing catches, when it is told to. */
import { serve } from '../../src/cli/start.ts';
import { defineModule } from '../../src/index.ts';

const failing = defineModule({
  name: 'failing',
  setup: () => ({
    async start() {
      process.once('SIGUSR2', () => {
        throw new Error('thrown where nothing catches');
      });
      process.once(
        'SIGHUP',
        () => void Promise.reject(new Error('rejected where nothing catches')),
      );
    },
  }),
});

await serve({ modules: [failing], environment: process.env });
