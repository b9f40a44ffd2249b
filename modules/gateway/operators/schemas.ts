/** What the calls on operators and their sessions take and give. */
import { Type, type Static } from 'typebox';
import { Name, Nullable, Role } from '#host';
import { email, newEmail, password } from '../schemas.ts';

const time = Type.String({ format: 'date-time' });
const name = Name({ maxLength: 200 });
const currentPassword = Type.String({ maxLength: 256 });

const Me = Type.Object({
  name: Type.String({ description: 'The e-mail, or ADMIN_TOKEN' }),
  role: Role,
  operatorId: Nullable(Type.String({ description: 'null: the ADMIN_TOKEN' })),
  isTemporary: Type.Boolean({
    description: 'The password is one that an admin has seen: nothing else before it is changed',
  }),
  expiresAt: Nullable(
    Type.String({ format: 'date-time', description: 'Unless it is used before' }),
  ),
});
export type Me = Static<typeof Me>;

const Begun = Type.Object({
  token: Type.String({
    description: 'Goes into the header Authorization: Bearer; given only here',
  }),
  ...Me.properties,
});
export type BegunOperatorSession = Static<typeof Begun>;

export const signInSchema = {
  config: { role: 'anyone' as const },
  schema: {
    summary: 'Begins a session of an operator',
    body: Type.Object(
      { email, password: Type.String({ maxLength: 256 }) },
      { additionalProperties: false },
    ),
    response: { 201: Begun },
  },
};

export const signOutSchema = {
  config: { role: 'viewer' as const },
  schema: {
    summary: 'Ends the session of the operator',
    response: { 204: Type.Null({ description: 'The token is worth nothing any more' }) },
  },
};

export const meSchema = {
  schema: { summary: 'Who makes the call, and by which role', response: { 200: Me } },
};

export const changePasswordSchema = {
  config: { role: 'viewer' as const },
  schema: {
    summary: "Changes the operator's own password; all other sessions of the operator end",
    body: Type.Object({ currentPassword, newPassword: password }, { additionalProperties: false }),
    response: { 204: Type.Null({ description: 'The password is changed' }) },
  },
};

const OperatorResponse = Type.Object({
  operatorId: Type.String(),
  email: Type.String(),
  name: Type.String(),
  role: Role,
  disabled: Type.Boolean(),
  isTemporary: Type.Boolean({ description: 'The password was not changed since an admin set it' }),
  createdAt: time,
  signedInAt: Nullable(Type.String({ format: 'date-time', description: 'The last time' })),
});
export type OperatorResponse = Static<typeof OperatorResponse>;

const temporary = {
  temporaryPassword: Type.String({ description: 'To be handed over; given only here' }),
  validUntil: time,
};
const Invited = Type.Object({ ...OperatorResponse.properties, ...temporary });
export type Invited = Static<typeof Invited>;
const TemporaryPassword = Type.Object(temporary);
export type TemporaryPassword = Static<typeof TemporaryPassword>;

export const listSchema = {
  config: { role: 'admin' as const },
  schema: {
    summary: 'All operators, by e-mail',
    response: { 200: Type.Object({ items: Type.Array(OperatorResponse) }) },
  },
};

export const inviteSchema = {
  schema: {
    summary: 'Makes an operator, with a temporary password to hand over',
    body: Type.Object({ email: newEmail, name, role: Role }, { additionalProperties: false }),
    response: { 201: Invited },
  },
};

const params = Type.Object({ operatorId: Type.String({ minLength: 1, maxLength: 64 }) });

export const changeSchema = {
  schema: {
    summary: 'Changes name or role of an operator, or disables one: at once, wherever signed in',
    params,
    body: Type.Object(
      {
        name: Type.Optional(name),
        role: Type.Optional(Role),
        disabled: Type.Optional(Type.Boolean()),
      },
      { additionalProperties: false, minProperties: 1 },
    ),
    response: { 200: OperatorResponse },
  },
};

export const resetPasswordSchema = {
  schema: {
    summary:
      'Gives an operator a temporary password to hand over; all sessions of the operator end',
    params,
    response: { 200: TemporaryPassword },
  },
};
