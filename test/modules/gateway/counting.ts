/** A catalogue for tests of its cache. */
import { Type } from 'typebox';
import { DomainError, defineModule, type Module } from '../../../src/index.ts';

/** A catalogue of one product, that counts how often it is read. */
export function counting(): { module: Module; loads: () => number } {
  let price = 1;
  let loads = 0;
  const module = defineModule({
    name: 'counting',
    routes(app, { redis }) {
      app.get('/products/:productId', async (request, reply) => {
        loads += 1;
        const { productId } = request.params as { productId: string };
        if (productId === 'missing') throw new DomainError('not-found', 'unknown', 'None.');
        if (productId === 'broken') throw new Error('It broke.');
        if (productId === 'private') return reply.header('set-cookie', 'a=b').send({});
        // As long as some round trips, where others may come in between.
        for (let i = 0; i < 20; i += 1) await redis.ping().catch(() => undefined);
        return { productId, price };
      });
      app.get('/products/:productId/image', async (_request, reply) =>
        reply.type('image/png').send(''),
      );
    },
    adminRoutes(app) {
      const body = Type.Object({ price: Type.Integer() });
      app.put('/products/:productId', { schema: { body } }, async (request) => {
        ({ price } = request.body);
        return {};
      });
    },
  });
  return { module, loads: () => loads };
}
