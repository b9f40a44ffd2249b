/** Signing in, making an account, or going on without one. */
import { CheckedField, PasswordField } from '../components/checked-fields.tsx';
import { CheckedForm } from '../components/checked-form.tsx';
import { Notice } from '../components/states.tsx';
import { begin, register } from '../lib/session.ts';

/** The shortest password that the API takes. */
const PASSWORD_MIN = 8;

/** What those see who are not signed in; who has signed in goes `back`, if that is somewhere. */
export function Visitor({ isGuest, back }: { isGuest: boolean; back: string | undefined }) {
  const goBack = () => back !== undefined && location.assign(back);
  return (
    <>
      {isGuest && (
        <Notice kind="plain">
          You are here as a guest, and your orders belong to this browser. Make an account, and they
          move into it; into one that you have already they do not.
        </Notice>
      )}
      <div class="forms">
        <section class="panel" aria-labelledby="sign-in">
          <h2 id="sign-in">Sign in</h2>
          <CheckedForm
            aria-labelledby="sign-in"
            action="Sign in"
            isPrimary
            fieldOf={{ 'wrong-credentials': 'password' }}
            run={async ({ email = '', password = '' }) => {
              await begin({ email, password });
              goBack();
              return undefined;
            }}
          >
            <EmailField />
            <PasswordField autocomplete="current-password" />
          </CheckedForm>
        </section>
        <section class="panel" aria-labelledby="register">
          <h2 id="register">Make an account</h2>
          <CheckedForm
            aria-labelledby="register"
            action="Make an account"
            isPrimary
            fieldOf={{ 'not-available': 'email', 'weak-password': 'password' }}
            run={async ({ name, email = '', password = '' }) => {
              await register({ email, password, ...(name && { name }) });
              goBack();
              return undefined;
            }}
          >
            <CheckedField label="Name (optional)" name="name" autocomplete="name" maxLength={200} />
            <EmailField />
            <PasswordField
              autocomplete="new-password"
              minLength={PASSWORD_MIN}
              hint={`At least ${PASSWORD_MIN} characters`}
            />
          </CheckedForm>
        </section>
        <section class="panel" aria-labelledby="guest">
          <h2 id="guest">No account?</h2>
          <p>You can order without one. Your orders then stay in this browser.</p>
          <a class="button" href={back ?? '/products'}>
            Go on as a guest
          </a>
        </section>
      </div>
    </>
  );
}

function EmailField() {
  return (
    <CheckedField
      label="Email"
      name="email"
      type="email"
      autocomplete="username"
      maxLength={254}
      required
    />
  );
}
