/** The door of the operator's pages: it asks for the token. */
import { CheckedField } from '../components/checked-fields.tsx';
import { CheckedForm } from '../components/checked-form.tsx';
import { Notice } from '../components/states.tsx';
import { isRefused, signIn } from './call.ts';

async function enter({ token = '' }: Record<string, string>) {
  await signIn(token);
  return undefined;
}

export function Door() {
  return (
    <main class="door">
      <h1>Operator</h1>
      <div class="panel">
        {isRefused.value && <Notice kind="bad">The token is no longer good.</Notice>}
        <p class="fine">
          The token that the shop was started with. Where none was set, it was printed at the start.
          It is kept in this tab alone.
        </p>
        <CheckedForm action="Enter" run={enter} isPrimary>
          <CheckedField
            name="token"
            label="ADMIN_TOKEN"
            type="password"
            required
            autocomplete="off"
          />
        </CheckedForm>
        <p class="fine">
          <a href="/">Back to the shop</a>
        </p>
      </div>
    </main>
  );
}
