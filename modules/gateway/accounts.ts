/** Making an account, signing in to it, and changing its password. */
import { DomainError, type Caller, type ModuleContext } from '#host';
import { emailKey, type AccountDocument } from './account.ts';
import type { AccountStore } from './account-store.ts';
import type { LoginThrottle } from './login-throttle.ts';
import { hashPassword, isPassword } from './password.ts';
import { checkPassword } from './password-policy.ts';
import type { SessionStore } from './session-store.ts';
import type { Sessions } from './sessions.ts';

export interface Accounts {
  /**
   * Makes the account of a user.
   *
   * @throws DomainError 409 where the email or the user has one; 422 for a password that is easily
   * guessed; 429; 503
   */
  register(
    userId: string,
    wanted: { email: string; password: string; name?: string },
    address: string,
  ): Promise<void>;
  /**
   * The account whose email and password these are.
   *
   * @throws DomainError 401 where they are nobody's; 429; 503
   */
  signIn(given: { email: string; password: string }, address: string): Promise<AccountDocument>;
  /** Whether an account still has the password that somebody signed in with. */
  hasPasswordOf(account: AccountDocument): Promise<boolean>;
  /**
   * Changes the password of the caller, all of whose other sessions are over when this resolves.
   *
   * @throws DomainError 403 for a wrong current password, or without an account; 422 for a new one that
   * is easily guessed; 429; 503
   */
  changePassword(
    caller: Pick<Caller, 'userId' | 'sessionId'>,
    given: { currentPassword: string; newPassword: string },
    address: string,
  ): Promise<void>;
}

export interface AccountsOptions extends Pick<ModuleContext, 'transaction'> {
  accountStore: AccountStore;
  throttle: LoginThrottle;
  sessionStore: Pick<SessionStore, 'revokeOthers'>;
  sessions: Pick<Sessions, 'revokeOthers'>;
}

export function createAccounts(options: AccountsOptions): Accounts {
  const { accountStore: store, throttle, sessionStore, sessions, transaction } = options;
  return {
    async register(userId, { email, password, name }, address) {
      await checkPassword(password, { email, name });
      // A refusal tells that there is an account, so they are not to be had without end.
      await throttle.count(address);
      const inserted = await store.insert({
        _id: userId,
        email,
        emailKey: emailKey(email),
        ...(name !== undefined && { name }),
        password: await hashPassword(password),
        createdAt: new Date(),
      });
      if (!inserted) {
        throw new DomainError(
          'conflict',
          'not-available',
          'No account can be made with this email; is there one already to sign in to?',
        );
      }
      await throttle.succeed(address);
    },
    async signIn({ email, password }, address) {
      await throttle.count(address, emailKey(email));
      const account = await store.findByEmail(email);
      if (!(await isPassword(password, account?.password)) || !account) throw wrongCredentials();
      await throttle.succeed(address, emailKey(email));
      return account;
    },
    async hasPasswordOf({ _id, password }) {
      return (await store.find(_id))?.password.key === password.key;
    },
    async changePassword({ userId, sessionId }, { currentPassword, newPassword }, address) {
      const account = await store.find(userId);
      if (!account) throw noAccount();
      await checkPassword(newPassword, account);
      await throttle.count(address, emailKey(account.email));
      const { password: from } = account;
      if (!(await isPassword(currentPassword, from))) throw wrongPassword();
      await throttle.succeed(address, emailKey(account.email));
      const to = await hashPassword(newPassword);
      await transaction(async (session) => {
        if (!(await store.changePassword(userId, { from, to }, session))) throw wrongPassword();
        await sessionStore.revokeOthers(userId, sessionId, session);
      });
      // Those too that have begun beside the transaction, by the password from before.
      await sessions.revokeOthers(userId, sessionId);
    },
  };
}

/** The error of a sign-in with what is nobody's, or no longer. */
export function wrongCredentials(): DomainError {
  return new DomainError('unauthenticated', 'wrong-credentials', 'Email or password is wrong.');
}

/** The error of a change of password with a wrong one. */
export function wrongPassword(): DomainError {
  return new DomainError('forbidden', 'wrong-password', 'The current password is wrong.');
}

/** The error of a guest, who has no account. */
export function noAccount(): DomainError {
  return new DomainError(
    'forbidden',
    'no-account',
    'A guest has no account: POST /api/accounts makes one, POST /api/sessions signs in to one.',
  );
}
