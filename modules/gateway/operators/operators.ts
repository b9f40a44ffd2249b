/** The life of operators: invited, signed in, found by their token, given another password. */
import { randomUUID } from 'node:crypto';
import { DomainError, type ModuleContext, type Operator, type Role } from '#host';
import { emailKey } from '../account.ts';
import { wrongCredentials, wrongPassword } from '../accounts.ts';
import type { LoginThrottle } from '../login-throttle.ts';
import { checkPassword } from '../password-policy.ts';
import { hashPassword, isPassword } from '../password.ts';
import {
  beginning,
  counts,
  MAX_OPERATORS,
  maySignIn,
  operatorTokens,
  TEMPORARY_MS,
  temporaryPassword,
  touched,
  type Lives,
  type OperatorDocument,
} from './operator.ts';
import type { OperatorStore } from './store.ts';

/** The operator of a session, as a request has it. */
export interface OperatorSession {
  operatorId: string;
  tokenHash: string;
  operator: Operator;
  /** Whether nothing else may be done before the password is changed. */
  isTemporary: boolean;
  expiresAt: Date;
}

/** A password that an admin hands over. */
export interface Temporary {
  password: string;
  until: Date;
}

export interface Operators {
  /**
   * Makes an operator, with a temporary password.
   *
   * @throws DomainError 409 where another has the e-mail, or there are too many
   */
  invite(wanted: {
    email: string;
    name: string;
    role: Role;
  }): Promise<{ operator: OperatorDocument; temporary: Temporary }>;
  /**
   * The operator whose e-mail and password these are.
   *
   * @throws DomainError 401, the same for whatever is wrong; 429; 503
   */
  check(given: { email: string; password: string }, address: string): Promise<OperatorDocument>;
  /** Begins a session. The token is given here and never again. */
  begin(operator: OperatorDocument): Promise<{ token: string; expiresAt: Date }>;
  /** The session of a token, if that counts; it is used by this. */
  use(tokenHash: string): Promise<OperatorSession | undefined>;
  /**
   * Changes the own password; all other sessions of the operator are over.
   *
   * @throws DomainError 403 for a wrong current one; 422 for a new one that is easily guessed; 429; 503
   */
  changePassword(
    session: OperatorSession,
    given: { currentPassword: string; newPassword: string },
    address: string,
  ): Promise<void>;
  /** Gives an operator a temporary password; all sessions are over. Undefined: there is no such one. */
  resetPassword(operatorId: string): Promise<Temporary | undefined>;
}

export function createOperators(options: {
  store: OperatorStore;
  throttle: LoginThrottle;
  lives: Lives;
  log: ModuleContext['log'];
}): Operators {
  const { store, throttle, lives, log } = options;
  return {
    async invite({ email, name, role }) {
      if ((await store.count()) >= MAX_OPERATORS) throw tooMany();
      const { temporary, password } = await newTemporary();
      const operator: OperatorDocument = {
        _id: randomUUID(),
        email,
        emailKey: emailKey(email),
        name,
        role,
        password,
        temporaryUntil: temporary.until,
        generation: 1,
        createdAt: new Date(),
      };
      if (await store.insert(operator)) return { operator, temporary };
      const message = `There is an operator with the e-mail ${email} already.`;
      throw new DomainError('conflict', 'email-taken', message);
    },
    async check({ email, password }, address) {
      await throttle.count(address, throttled(email));
      const operator = await store.findByEmail(emailKey(email));
      const isRight = await isPassword(password, operator?.password);
      if (!isRight || !operator || !maySignIn(operator)) throw wrongCredentials();
      await throttle.succeed(address, throttled(email));
      return operator;
    },
    async begin(operator) {
      const token = operatorTokens.make();
      const session = beginning(operator, operatorTokens.hashOf(token)!, lives);
      await store.begin(session);
      return { token, expiresAt: session.expiresAt };
    },
    async use(tokenHash) {
      const session = await store.findSession(tokenHash);
      const operator = session && (await store.find(session.operatorId));
      if (!session || !counts(session, operator)) return undefined;
      const until = touched(session, lives);
      if (until) {
        await store
          .touch(tokenHash, until)
          .catch((err: unknown) => log.warn({ err }, "an operator's session could not be renewed"));
      }
      const { _id: operatorId, email, role, temporaryUntil } = operator;
      return {
        operatorId,
        tokenHash,
        operator: { name: email, role },
        isTemporary: temporaryUntil !== undefined,
        expiresAt: until ?? session.expiresAt,
      };
    },
    async changePassword({ operatorId, tokenHash }, { currentPassword, newPassword }, address) {
      const operator = await store.find(operatorId);
      if (!operator) throw wrongPassword();
      const { email, name, password: from } = operator;
      await checkPassword(newPassword, { email, name });
      await throttle.count(address, throttled(email));
      if (!(await isPassword(currentPassword, from))) throw wrongPassword();
      await throttle.succeed(address, throttled(email));
      if (currentPassword === newPassword) throw sameAgain();
      const changed = await store.setPassword(operatorId, await hashPassword(newPassword), {
        from,
      });
      if (!changed) throw wrongPassword();
      await store.carryOver(tokenHash, changed.generation);
    },
    async resetPassword(operatorId) {
      const { temporary, password } = await newTemporary();
      const changed = await store.setPassword(operatorId, password, {
        temporaryUntil: temporary.until,
      });
      return changed ? temporary : undefined;
    },
  };
}

async function newTemporary() {
  const password = temporaryPassword();
  const temporary: Temporary = { password, until: new Date(Date.now() + TEMPORARY_MS) };
  return { temporary, password: await hashPassword(password) };
}

/** Attempts at an operator's e-mail are counted apart from those at a customer's account. */
const throttled = (email: string): string => `operator ${emailKey(email)}`;

function tooMany(): DomainError {
  const message = `There are ${MAX_OPERATORS} operators, which is as many as there can be: enable and rename one that is disabled.`;
  return new DomainError('conflict', 'too-many-operators', message);
}

function sameAgain(): DomainError {
  return new DomainError('unprocessable', 'weak-password', 'That is the present password.');
}
