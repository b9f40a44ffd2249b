/** The calls of sessions, and of making an account. */
import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, requireCaller, traceOf, type Pseudonyms, type Routes } from '#host';
import type { AccountDocument } from './account.ts';
import { wrongCredentials, type Accounts } from './accounts.ts';
import type { AccountStore } from './account-store.ts';
import { invalidSession, type VerifiedSession } from './authentication.ts';
import { clearCookie, csrfTokenOf, setCookie } from './cookie.ts';
import type { Erasures } from './erasure.ts';
import type { OriginOf } from './fingerprint.ts';
import {
  currentSchema,
  registerSchema,
  signInSchema,
  signOutOthersSchema,
  signOutSchema,
} from './schemas.ts';
import type { Sessions } from './sessions.ts';
import { hashOf, type User } from './session.ts';

export interface SessionRoutesOptions {
  sessions: Sessions;
  accounts: Accounts;
  accountStore: AccountStore;
  erasures: Erasures;
  pseudonyms: Pseudonyms;
  originOf: OriginOf;
}

export const sessionRoutes =
  (options: SessionRoutesOptions): Routes =>
  (app) => {
    const { sessions, accounts, accountStore, originOf } = options;
    const begin = beginner(options);

    app.post('/sessions', { schema: signInSchema }, async (request, reply) => {
      const { email, password, continue: goOn } = request.body;
      if (goOn) return begin(request, reply, guestOf(request));
      if (email === undefined || password === undefined)
        return begin(request, reply, { userId: randomUUID(), kind: 'guest' }, { isNew: true });
      const origin = originOf(request);
      const account = await accounts.signIn({ email, password }, origin.address);
      return begin(request, reply, { userId: account._id, kind: 'customer' }, { account });
    });

    app.post('/accounts', { schema: registerSchema }, async (request, reply) => {
      const { caller } = request;
      if (caller?.kind === 'customer')
        throw new DomainError('conflict', 'already-registered', 'You have an account already.');
      const userId = caller?.userId ?? randomUUID();
      await accounts.register(userId, request.body, originOf(request).address);
      return begin(request, reply, { userId, kind: 'customer' });
    });

    app.get('/sessions/current', { schema: currentSchema }, async (request, reply) => {
      const session = ownSession(request);
      const { userId, kind, expiresAt } = session;
      const account = kind === 'customer' ? await accountStore.find(userId) : null;
      const { email, name } = account ?? {};
      if (session.by === 'cookie') setCookie(reply, session.token, session);
      return reply.header('cache-control', 'no-store').send({
        userId,
        kind,
        ...(email !== undefined && { email }),
        ...(name !== undefined && { name }),
        expiresAt: new Date(expiresAt).toISOString(),
        csrfToken: csrfTokenOf(reply, session),
      });
    });

    app.delete('/sessions/current', { schema: signOutSchema }, async (request, reply) => {
      const { tokenHash, sessionId } = ownSession(request);
      await sessions.revoke(tokenHash, sessionId);
      clearCookie(reply);
      return reply.code(204).send(null);
    });

    app.delete('/sessions/others', { schema: signOutOthersSchema }, async (request, reply) => {
      const { userId, sessionId } = requireCaller(request);
      await sessions.revokeOthers(userId, sessionId);
      return reply.code(204).send(null);
    });
  };

/** A session from before is worth nothing any more: somebody else may have put its token there. */
async function endEarlier({ session }: FastifyRequest, sessions: Sessions): Promise<void> {
  if (session) await sessions.revoke(session.tokenHash, session.sessionId);
}

/**
 * Begins a session and answers with it; the one from before has ended by then, but for a user who is new.
 * `account` is the one that was signed in to.
 */
function beginner({ sessions, accounts, erasures, pseudonyms, originOf }: SessionRoutesOptions) {
  return async (
    request: FastifyRequest,
    reply: FastifyReply,
    user: User,
    { isNew = false, account }: { isNew?: boolean; account?: AccountDocument } = {},
  ) => {
    const origin = originOf(request);
    const { token, session } = await sessions.begin(user, origin, traceOf(request));
    if (!isNew && (await pseudonyms.of([user.userId])).size > 0) {
      // The user was erased while this request was under way.
      await sessions.revoke(hashOf(token)!, session.sessionId);
      await erasures.eraseOwn(user.userId);
      throw invalidSession();
    }
    if (account && !(await accounts.hasPasswordOf(account))) {
      // The password was changed while it was looked at: what it ended has not seen this session.
      await sessions.revoke(hashOf(token)!, session.sessionId);
      throw wrongCredentials();
    }
    // Not before: a guest has nothing but the session to come back by.
    if (!isNew) await endEarlier(request, sessions);
    setCookie(reply, token, session);
    return reply
      .code(201)
      .header('cache-control', 'no-store')
      .send({
        token,
        ...user,
        expiresAt: new Date(session.expiresAt).toISOString(),
        csrfToken: csrfTokenOf(reply, session),
      });
  };
}

/**
 * The guest whose session this is. A guest has nothing to prove more with than the token, by which an
 * account can be made, too; a customer has a password, which somebody who found the token has not.
 */
function guestOf(request: FastifyRequest): User {
  const { userId, kind } = ownSession(request);
  if (kind === 'guest') return { userId, kind };
  throw new DomainError(
    'forbidden',
    'sign-in-again',
    'A customer goes on in a fresh session by signing in again: POST /api/sessions with email and password.',
  );
}

function ownSession({ session }: FastifyRequest): VerifiedSession {
  if (session) return session;
  throw new DomainError('unauthenticated', 'no-session', 'There is no session to speak of.');
}
