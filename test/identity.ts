/**
 * A stand-in for `digital-identity` in tests of a list of modules that lacks it: without its answer
 * no order is accepted. To be removed with its uses when the module is there.
 */
import { defineModule, on } from '../src/index.ts';
import type { Module } from '../src/module.ts';
import { identityScored, IDENTITY_STREAM } from '../modules/digital-identity/events.ts';
import { orderPlaced } from '../modules/orders/events.ts';

/** Knows everybody. */
export const identity = defineModule({
  name: 'digital-identity',
  stream: IDENTITY_STREAM,
  publishes: [identityScored],
  listens: [
    on(orderPlaced, async (events, context) => {
      await context.republish(
        events.map((event) => {
          const { orderId, userId } = event.data;
          return identityScored.create({ orderId, userId, score: 1 }, event);
        }),
      );
    }),
  ],
});

/** The modules with one that answers for identities. */
export function withIdentity(modules: readonly Module[]): Module[] {
  return modules.some(({ name }) => name === identity.name) ? [...modules] : [...modules, identity];
}
