/** The door of the operator's pages: by e-mail and password, or by the token of the shop. */
import { CheckedField, PasswordField } from '../components/checked-fields.tsx';
import { CheckedForm } from '../components/checked-form.tsx';
import { Notice } from '../components/states.tsx';
import { isRefused, signIn, signInByToken } from './session.ts';

async function enter({ email = '', password = '' }: Record<string, string>) {
  await signIn(email, password);
  return undefined;
}

async function enterByToken({ token = '' }: Record<string, string>) {
  await signInByToken(token);
  return undefined;
}

export function Door() {
  return (
    <main class="door">
      <h1>Operator</h1>
      {isRefused.value && (
        <Notice kind="bad">
          You are no longer signed in: the session has ended, or the token is no longer good.
        </Notice>
      )}
      <div class="panel">
        <h2>Sign in</h2>
        <CheckedForm action="Sign in" run={enter} isPrimary>
          <CheckedField
            name="email"
            label="E-mail"
            type="email"
            required
            maxLength={254}
            autocomplete="username"
          />
          <PasswordField autocomplete="current-password" />
        </CheckedForm>
      </div>
      <div class="panel">
        <h2>By the token of the shop</h2>
        <p class="fine">
          The token that the shop was started with. Where none was set, it was printed at the start.
          With it, an admin makes the first operators.
        </p>
        <CheckedForm action="Enter" run={enterByToken}>
          <CheckedField
            name="token"
            label="ADMIN_TOKEN"
            type="password"
            required
            autocomplete="off"
          />
        </CheckedForm>
      </div>
      <p class="fine">
        Who is signed in is kept in this tab alone. <a href="/">Back to the shop</a>
      </p>
    </main>
  );
}
