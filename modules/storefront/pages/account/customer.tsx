/** What the account of a customer holds: who it is, addresses, the password. */
import { useState } from 'preact/hooks';
import type { Account } from '../../../gateway/api.ts';
import { CheckedField, PasswordField } from '../components/checked-fields.tsx';
import { CheckedForm } from '../components/checked-form.tsx';
import { Confirmation } from '../components/confirm.tsx';
import { Loading, ProblemNotice } from '../components/states.tsx';
import { changePassword, changeProfile, getAccount } from '../lib/account.ts';
import { useLoaded } from '../lib/loaded.ts';
import { refreshSession, signOut, type Session } from '../lib/session.ts';
import { Addresses } from './addresses.tsx';

/** The shortest password that the API takes. */
const PASSWORD_MIN = 8;
/** What the API takes for a phone number. */
const PHONE = String.raw`\+?[ \(\)\.\/\-]*[0-9][0-9 \(\)\.\/\-]{2,}`;

/** The account; `back` is where its customer came from to sign in, if that is somewhere. */
export function Customer({
  session: { email, name },
  back,
  locale,
}: {
  session: Session;
  back: string | undefined;
  locale: string;
}) {
  const { data: account, error, reload, set } = useLoaded(getAccount, []);
  return (
    <div class="account">
      <section class="panel" aria-labelledby="signed-in">
        <h2 id="signed-in">Signed in</h2>
        <p>
          As <strong dir="auto">{name ?? email}</strong>
          {name !== undefined && (
            <>
              {' '}
              (<span dir="auto">{email}</span>)
            </>
          )}
        </p>
        <p class="row">
          {back !== undefined && (
            <a class="button" href={back}>
              Go on where you were
            </a>
          )}
          <a class="button" href="/orders">
            Your orders
          </a>
          <SignOut />
        </p>
      </section>
      {error !== undefined && <ProblemNotice error={error} retry={reload} />}
      {account === undefined && error === undefined && <Loading text="One moment…" />}
      {account && (
        <>
          <Profile account={account} onChange={set} />
          <Addresses account={account} locale={locale} onChange={set} />
          <Password email={account.email} />
        </>
      )}
      <Confirmation />
    </div>
  );
}

function SignOut() {
  const [error, setError] = useState<unknown>();
  return (
    <>
      <button type="button" onClick={() => void signOut().catch(setError)}>
        Sign out
      </button>
      {error !== undefined && <ProblemNotice error={error} />}
    </>
  );
}

function Profile({
  account: { name, phone },
  onChange,
}: {
  account: Account;
  onChange: (account: Account) => void;
}) {
  return (
    <section class="panel" aria-labelledby="profile">
      <h2 id="profile">About you</h2>
      <CheckedForm
        aria-labelledby="profile"
        action="Save"
        run={async (values) => {
          onChange(
            await changeProfile({ name: values['name'] || null, phone: values['phone'] || null }),
          );
          // The page's header shows the name.
          await refreshSession();
          return 'Saved.';
        }}
      >
        <CheckedField
          label="Name"
          name="name"
          autocomplete="name"
          maxLength={200}
          defaultValue={name}
        />
        <CheckedField
          label="Phone"
          name="phone"
          type="tel"
          autocomplete="tel"
          maxLength={40}
          pattern={PHONE}
          title="Please write a phone number, such as +49 30 1234567."
          hint="In case something comes up with a delivery"
          defaultValue={phone}
        />
      </CheckedForm>
    </section>
  );
}

function Password({ email }: { email: string }) {
  return (
    <section class="panel" aria-labelledby="password">
      <h2 id="password">Password</h2>
      <CheckedForm
        aria-labelledby="password"
        action="Change the password"
        isEmptied
        fieldOf={{ 'wrong-password': 'currentPassword', 'weak-password': 'newPassword' }}
        run={async ({ currentPassword = '', newPassword = '' }) => {
          await changePassword(currentPassword, newPassword);
          return 'The password is changed. Everywhere else you are signed out.';
        }}
      >
        {/* Tells a password manager whose password it is. */}
        <input
          class="unseen"
          type="email"
          autocomplete="username"
          value={email}
          readOnly
          tabIndex={-1}
          aria-hidden="true"
        />
        <PasswordField
          label="Current password"
          name="currentPassword"
          autocomplete="current-password"
        />
        <PasswordField
          label="New password"
          name="newPassword"
          autocomplete="new-password"
          minLength={PASSWORD_MIN}
          hint={`At least ${PASSWORD_MIN} characters`}
        />
      </CheckedForm>
    </section>
  );
}
