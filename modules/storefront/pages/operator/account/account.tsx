/** The own account of an operator: who is signed in, by which role, and the password. */
import { Figures } from '../../components/table.tsx';
import { PasswordField } from '../../components/checked-fields.tsx';
import { CheckedForm } from '../../components/checked-form.tsx';
import { dateTime } from '../../lib/format.ts';
import { ask, me } from '../call.ts';
import type { SectionProps } from '../parts.tsx';

const MEANS = {
  viewer: 'sees all, and changes nothing',
  support: 'refunds, cancels orders, mends dead letters, changes products',
  admin: 'may do all',
};

export function Account(_props: SectionProps) {
  if (!me.value) return <></>;
  const { name, role, operatorId, expiresAt } = me.value;
  return (
    <>
      <Figures
        values={{
          'Signed in': name,
          Role: (
            <>
              {role} <small>{MEANS[role]}</small>
            </>
          ),
          ...(expiresAt !== null && { 'Until, unless used': dateTime(expiresAt) }),
        }}
      />
      {operatorId === null ? (
        <p class="prose">
          The ADMIN_TOKEN is a setting of the shop and has no password. It is shared by whoever
          knows it: operators of their own are told apart in the audit log.
        </p>
      ) : (
        <div class="panel">
          <h3>Change the password</h3>
          <OwnPassword />
        </div>
      )}
    </>
  );
}

/** The form of a new password. All other sessions of the operator end by it. */
export function OwnPassword({ onChange }: { onChange?: () => Promise<void> }) {
  const change = async ({ currentPassword, newPassword }: Record<string, string>) => {
    const body = { currentPassword, newPassword };
    await ask('/me/password', { method: 'POST', body });
    await onChange?.();
    return 'The password is changed. Wherever else you were signed in, you are no longer.';
  };
  return (
    <CheckedForm
      action="Change the password"
      run={change}
      fieldOf={{ 'wrong-password': 'currentPassword', 'weak-password': 'newPassword' }}
      isEmptied
    >
      <PasswordField
        name="currentPassword"
        label="Present password"
        autocomplete="current-password"
      />
      <PasswordField
        name="newPassword"
        label="New password"
        hint="At least 8 characters"
        minLength={8}
        autocomplete="new-password"
      />
    </CheckedForm>
  );
}
