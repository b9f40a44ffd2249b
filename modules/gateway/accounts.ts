/** Making an account, and signing in to it. */
import { DomainError } from '#host';
import { emailKey } from './account.ts';
import type { AccountStore } from './account-store.ts';
import type { LoginThrottle } from './login-throttle.ts';
import { hashPassword, isPassword } from './password.ts';
import { checkPassword } from './password-policy.ts';

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
   * The user whose email and password these are.
   *
   * @throws DomainError 401 where they are nobody's; 429; 503
   */
  signIn(given: { email: string; password: string }, address: string): Promise<string>;
}

export function createAccounts(store: AccountStore, throttle: LoginThrottle): Accounts {
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
      if (!(await isPassword(password, account?.password)) || !account)
        throw new DomainError(
          'unauthenticated',
          'wrong-credentials',
          'Email or password is wrong.',
        );
      await throttle.succeed(address, emailKey(email));
      return account._id;
    },
  };
}
