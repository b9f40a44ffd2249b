/** What the calls of sessions and accounts take and give. */
import { Type } from 'typebox';
import { Name, takesSession, wantsSession } from '#host';

const email = Type.String({ maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+$' });
/** Accounts of earlier versions may have others. */
const newEmail = Type.String({
  maxLength: 254,
  pattern: '^[^\\s@\\x00-\\x1f\\x7f]+@[^\\s@\\x00-\\x1f\\x7f]+$',
});
/** What is longer would only make hashing it expensive. */
const password = Type.String({
  minLength: 8,
  maxLength: 256,
  description: 'None that is common, repeats itself, or is made of the email or name',
});
const kind = Type.Enum(['guest', 'customer']);
const expiresAt = Type.String({ format: 'date-time', description: 'Unless it is used before' });
const csrfToken = Type.String({
  description: 'Goes into the header x-csrf-token of unsafe requests that the cookie authenticates',
});

const Begun = Type.Object({
  token: Type.String({
    description: 'Goes into the header Authorization: Bearer; given only here',
  }),
  userId: Type.String(),
  kind,
  expiresAt,
  csrfToken,
});

export const signInSchema = {
  summary:
    'Begins a session: as a guest, or with email and password as a customer; `continue` makes the present browser and network known to the guest of the token, who goes on with a new one',
  security: takesSession,
  body: Type.Object(
    {
      email: Type.Optional(email),
      password: Type.Optional(Type.String({ maxLength: 256 })),
      continue: Type.Optional(Type.Literal(true)),
    },
    {
      additionalProperties: false,
      // Either the credentials or `continue`.
      maxProperties: 2,
      dependentRequired: { email: ['password'], password: ['email'] },
    },
  ),
  response: { 201: Begun },
};

export const currentSchema = {
  summary: 'Whose session it is, and a CSRF token for it',
  security: wantsSession,
  response: {
    200: Type.Object({
      userId: Type.String(),
      kind,
      email: Type.Optional(Type.String()),
      expiresAt,
      csrfToken,
    }),
  },
};

export const signOutSchema = {
  summary: 'Ends the session everywhere',
  security: wantsSession,
  response: { 204: Type.Null({ description: 'The session has ended' }) },
};

export const registerSchema = {
  summary: 'Makes an account; a guest keeps the orders placed so far',
  security: takesSession,
  body: Type.Object(
    { email: newEmail, password, name: Type.Optional(Name({ maxLength: 200 })) },
    { additionalProperties: false },
  ),
  response: { 201: Begun },
};
