/** What `gateway` publishes: sessions as they begin, and customers who are erased. */
import { Type } from 'typebox';
import { defineEvent } from '#host';

export const SESSIONS_STREAM = 'SESSIONS_STREAM';

/** A user has begun a session, as a guest or by signing in. Holds no token and no address in clear. */
export const sessionStarted = defineEvent({
  stream: SESSIONS_STREAM,
  type: 'session.started',
  v: 1,
  key: 'userId',
  data: {
    sessionId: Type.String({ minLength: 1, maxLength: 128 }),
    userId: Type.String({ minLength: 1, maxLength: 128 }),
    kind: Type.Union([Type.Literal('guest'), Type.Literal('customer')]),
    browser: Type.String({ description: 'Keyed hash of what tells the browser' }),
    address: Type.String({ description: 'Keyed hash of the network address' }),
  },
});

/**
 * All that is held of a user is to go; what has to be kept without the person has the pseudonym in the
 * place of `userId` from now on, the same in every module.
 */
export const customerErased = defineEvent({
  stream: SESSIONS_STREAM,
  type: 'customer.erased',
  v: 1,
  key: 'userId',
  data: {
    userId: Type.String({ minLength: 1, maxLength: 128 }),
    pseudonym: Type.String({
      minLength: 1,
      maxLength: 128,
      description: 'Made at random: nothing of the user can be derived from it',
    }),
  },
});
