/** What the calls of sessions and accounts take and give. */
import { Type, type Static } from 'typebox';
import { Name, Nullable, takesSession, wantsSession } from '#host';
import { Address } from '../address.ts';

export const email = Type.String({ maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+$' });
/** Accounts of earlier versions may have others. */
export const newEmail = Type.String({
  maxLength: 254,
  pattern: '^[^\\s@\\x00-\\x1f\\x7f]+@[^\\s@\\x00-\\x1f\\x7f]+$',
});
/** What is longer would only make hashing it expensive. */
export const password = Type.String({
  minLength: 8,
  maxLength: 256,
  description: 'None that is common, repeats itself, or is made of the email or name',
});
const name = Name({ maxLength: 200 });
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

const CurrentSession = Type.Object({
  userId: Type.String(),
  kind,
  email: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
  expiresAt,
  csrfToken,
});
export type CurrentSession = Static<typeof CurrentSession>;

export const currentSchema = {
  summary: 'Whose session it is, and a CSRF token for it',
  security: wantsSession,
  response: { 200: CurrentSession },
};

export const signOutSchema = {
  summary: 'Ends the session everywhere',
  security: wantsSession,
  response: { 204: Type.Null({ description: 'The session has ended' }) },
};

export const signOutOthersSchema = {
  summary: 'Ends all other sessions of the user everywhere',
  security: wantsSession,
  response: { 204: Type.Null({ description: 'The other sessions have ended' }) },
};

export const registerSchema = {
  summary: 'Makes an account; a guest keeps the orders placed so far',
  security: takesSession,
  body: Type.Object(
    { email: newEmail, password, name: Type.Optional(name) },
    { additionalProperties: false },
  ),
  response: { 201: Begun },
};

export const SavedAddress = Type.Object({
  addressId: Type.String(),
  ...Address.properties,
});
export type SavedAddress = Static<typeof SavedAddress>;

const Account = Type.Object({
  userId: Type.String(),
  email: Type.String(),
  name: Type.Optional(Type.String()),
  phone: Type.Optional(Type.String()),
  addresses: Type.Array(SavedAddress),
  createdAt: Type.String({ format: 'date-time' }),
});
export type Account = Static<typeof Account>;

export const accountSchema = {
  summary: "The customer's account; a guest, who has none, is answered 403",
  security: wantsSession,
  response: { 200: Account },
};

const phone = Type.String({
  minLength: 3,
  maxLength: 40,
  pattern: '^\\+?[ ()./-]*[0-9][0-9 ()./-]*$',
  description: 'Digits, with signs and spaces between',
});

const ProfileChange = Type.Object(
  {
    name: Type.Optional(Nullable(name)),
    phone: Type.Optional(Nullable(phone)),
  },
  { additionalProperties: false, minProperties: 1 },
);
export type ProfileChange = Static<typeof ProfileChange>;

export const changeAccountSchema = {
  summary: 'Changes name or phone; null removes',
  security: wantsSession,
  body: ProfileChange,
  response: { 200: Account },
};

export const addAddressSchema = {
  summary: 'Adds an address, at most 10; one that is there already is given with its id',
  security: wantsSession,
  body: Address,
  response: { 201: SavedAddress },
};

const addressParams = Type.Object({ addressId: Type.String({ minLength: 1, maxLength: 64 }) });

export const replaceAddressSchema = {
  summary: 'Replaces an address',
  security: wantsSession,
  params: addressParams,
  body: Address,
  response: { 200: SavedAddress },
};

export const removeAddressSchema = {
  summary: 'Removes an address',
  security: wantsSession,
  params: addressParams,
  response: { 204: Type.Null({ description: 'The address is gone' }) },
};

export const changePasswordSchema = {
  summary: 'Changes the password; all other sessions of the customer end everywhere',
  security: wantsSession,
  body: Type.Object(
    { currentPassword: Type.String({ maxLength: 256 }), newPassword: password },
    { additionalProperties: false },
  ),
  response: { 204: Type.Null({ description: 'The password is changed' }) },
};
