/** What `digital-identity` publishes: how well an order fits the user who placed it. */
import { Type } from 'typebox';
import { defineEvent } from '#host';

export const IDENTITY_STREAM = 'IDENTITY_STREAM';

/** A placed order was scored. */
export const identityScored = defineEvent({
  stream: IDENTITY_STREAM,
  type: 'identity.scored',
  v: 1,
  key: 'orderId',
  data: {
    orderId: Type.String({ minLength: 1, maxLength: 128 }),
    userId: Type.String({ minLength: 1, maxLength: 128 }),
    score: Type.Number({
      minimum: 0,
      maximum: 1,
      description: 'Half for a known browser, half for a known address',
    }),
  },
});
