/** What an operator is, and a session of one: documents, and the rules that need no store. */
import { randomInt } from 'node:crypto';
import { DomainError, type Role } from '#host';
import type { PasswordHash } from '../password.ts';
import { createTokens } from '../token.ts';

/** Operators that there are at most, disabled ones included. */
export const MAX_OPERATORS = 500;

/** How long a temporary password can be signed in with, in ms: a week. */
export const TEMPORARY_MS = 7 * 86_400_000;

/** How much later than its last use a session may say that it was used, in ms. */
const TOUCH_MS = 60_000;

export interface OperatorDocument {
  _id: string;
  email: string;
  /** The e-mail as it is compared. */
  emailKey: string;
  name: string;
  role: Role;
  password: PasswordHash;
  /** Set while the password is one that an admin has seen: until when it counts. */
  temporaryUntil?: Date;
  disabledAt?: Date;
  /** Rises when all sessions end: with a new password, and when the operator is disabled. */
  generation: number;
  createdAt: Date;
  signedInAt?: Date;
}

export interface OperatorSessionDocument {
  /** The hash of the token. */
  _id: string;
  operatorId: string;
  /** The operator's, when it began. */
  generation: number;
  createdAt: Date;
  /** When it ends unless it is used. */
  expiresAt: Date;
  /** When it ends however much it is used. */
  endsAt: Date;
}

/** How long sessions live, in ms. */
export interface Lives {
  unusedMs: number;
  mostMs: number;
}

export const operatorTokens = createTokens('mro_');

/** A session of an operator that begins now. */
export function beginning(
  { _id: operatorId, generation }: OperatorDocument,
  tokenHash: string,
  { unusedMs, mostMs }: Lives,
  now = Date.now(),
): OperatorSessionDocument {
  return {
    _id: tokenHash,
    operatorId,
    generation,
    createdAt: new Date(now),
    expiresAt: new Date(now + Math.min(unusedMs, mostMs)),
    endsAt: new Date(now + mostMs),
  };
}

/** The end that a session gets by being used now, or undefined where it need not be written yet. */
export function touched(
  { expiresAt, endsAt }: OperatorSessionDocument,
  { unusedMs }: Lives,
  now = Date.now(),
): Date | undefined {
  const until = Math.min(now + unusedMs, endsAt.getTime());
  const step = Math.min(TOUCH_MS, unusedMs / 10);
  return until - expiresAt.getTime() >= step ? new Date(until) : undefined;
}

/** Whether a session still counts, by its operator as it is now. */
export function counts(
  session: OperatorSessionDocument,
  operator: OperatorDocument | null,
  now = Date.now(),
): operator is OperatorDocument {
  return (
    session.expiresAt.getTime() > now &&
    operator !== null &&
    operator.disabledAt === undefined &&
    operator.generation === session.generation
  );
}

/** Whether the password of an operator may be signed in with. */
export function maySignIn({ disabledAt, temporaryUntil }: OperatorDocument, now = Date.now()) {
  return disabledAt === undefined && (temporaryUntil?.getTime() ?? Infinity) > now;
}

/** What an admin may change of an operator. */
export interface OperatorChange {
  name?: string | undefined;
  role?: Role | undefined;
  disabled?: boolean | undefined;
}

/**
 * Refuses what would leave nobody who may take it back: operators neither change their own role nor disable
 * themselves, so that whoever changes roles stays an admin.
 *
 * @throws DomainError 409
 */
export function checkOwn({ role, disabled }: OperatorChange, isOwn: boolean): void {
  if (!isOwn || (role === undefined && disabled === undefined)) return;
  throw new DomainError(
    'conflict',
    'own-role',
    'Nobody changes their own role or disables themselves: another admin does, or whoever has the ADMIN_TOKEN.',
  );
}

/** Letters and digits that are not taken for one another. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A password to hand over: 16 letters in groups of four, of 79 bits. */
export function temporaryPassword(): string {
  const letters = Array.from({ length: 16 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return letters.replaceAll(/.{4}(?=.)/g, '$&-');
}
