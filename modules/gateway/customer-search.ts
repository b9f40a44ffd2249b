/** The operator's search for customers by their email, and one of them with account and sessions. */
import { Type, type Static } from 'typebox';
import { DomainError, type Pseudonyms, type Routes } from '#host';
import type { AccountDocument } from './account.ts';
import type { AccountStore } from './account-store.ts';
import type { SessionDocument } from './session.ts';
import type { SessionStore } from './session-store.ts';

const DEFAULT_LIMIT = 5;
const MAX_LIMIT = 20;
/** Sessions of a customer that are shown: the last ones. */
const SESSIONS = 20;

const time = (description: string) => Type.String({ format: 'date-time', description });

const Customer = Type.Object({
  userId: Type.String(),
  email: Type.String(),
  name: Type.Optional(Type.String()),
  phone: Type.Optional(Type.String()),
  createdAt: time('When the account was made'),
});
export type Customer = Static<typeof Customer>;

const CustomerResponse = Type.Object({
  userId: Type.String(),
  account: Type.Optional(Customer),
  erased: Type.Boolean({ description: 'Whether an operator has had this customer erased' }),
  sessions: Type.Array(
    Type.Object({
      kind: Type.Enum(['guest', 'customer']),
      createdAt: time('When it began'),
      expiresAt: time('When it ends, unless it is used again'),
      revokedAt: Type.Optional(time('When it was ended before')),
    }),
    { description: `The last ${SESSIONS}, the newest first` },
  ),
});
export type CustomerShown = Static<typeof CustomerResponse>;

const searchSchema = {
  summary: 'Customers whose email begins so',
  querystring: Type.Object(
    {
      email: Type.String({
        minLength: 1,
        maxLength: 320,
        description: 'The beginning of an email; case does not matter',
      }),
      limit: Type.Optional(
        Type.Integer({ minimum: 1, maximum: MAX_LIMIT, description: `Default: ${DEFAULT_LIMIT}` }),
      ),
    },
    { additionalProperties: false },
  ),
  response: { 200: Type.Object({ items: Type.Array(Customer) }) },
};

const showSchema = {
  summary: 'A customer: the account, unless it is a guest, and the last sessions',
  params: Type.Object({ userId: Type.String({ minLength: 1, maxLength: 128 }) }),
  response: { 200: CustomerResponse },
};

/** Adds the search for customers, and showing one. */
export const customerSearchRoutes =
  (accounts: AccountStore, sessions: SessionStore, pseudonyms: Pseudonyms): Routes =>
  (app) => {
    app.get('/customers', { schema: searchSchema }, async ({ query: { email, limit } }, reply) => {
      const found = await accounts.search(email.trim(), limit ?? DEFAULT_LIMIT);
      reply.header('cache-control', 'no-store');
      return { items: found.map(presentAccount) };
    });

    app.get('/customers/:userId', { schema: showSchema }, async ({ params: { userId } }, reply) => {
      const [account, last, pseudonym] = await Promise.all([
        accounts.find(userId),
        sessions.lastOfUser(userId, SESSIONS),
        pseudonyms.of([userId]),
      ]);
      const erased = pseudonym.size > 0;
      if (!account && last.length === 0 && !erased) throw unknownCustomer(userId);
      reply.header('cache-control', 'no-store');
      return {
        userId,
        erased,
        ...(account && { account: presentAccount(account) }),
        sessions: last.map(presentSession),
      };
    });
  };

function unknownCustomer(userId: string): DomainError {
  return new DomainError(
    'not-found',
    'unknown-customer',
    `There is no account of a user ${userId}, nor a session: perhaps it was a guest, whose sessions have ended.`,
  );
}

function presentAccount({ _id: userId, email, name, phone, createdAt }: AccountDocument): Customer {
  return {
    userId,
    email,
    ...(name !== undefined && { name }),
    ...(phone !== undefined && { phone }),
    createdAt: createdAt.toISOString(),
  };
}

function presentSession({ kind, createdAt, expiresAt, revokedAt }: SessionDocument) {
  return {
    kind,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    ...(revokedAt && { revokedAt: revokedAt.toISOString() }),
  };
}
