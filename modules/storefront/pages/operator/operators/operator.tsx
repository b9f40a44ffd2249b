/** One operator: name and role, disabling, and a password to hand over. */
import { useState } from 'preact/hooks';
import type { OperatorResponse, TemporaryPassword } from '../../../../gateway/api.ts';
import { CheckedChoice, CheckedField } from '../../components/checked-fields.tsx';
import { CheckedForm } from '../../components/checked-form.tsx';
import { confirmed } from '../../components/confirm.tsx';
import { ProblemNotice } from '../../components/states.tsx';
import { dateTime } from '../../lib/format.ts';
import { ask, me } from '../call.ts';

export const ROLE_OPTIONS = [
  { value: 'viewer', text: 'viewer: sees all' },
  { value: 'support', text: 'support: sells and mends' },
  { value: 'admin', text: 'admin: may do all' },
];

/** A password that is to be handed over, to whom, and until when it counts. */
export interface HandedOver {
  email: string;
  password: string;
  until: string;
}

/** Shows it, once. */
export function Handed({ handed: { email, password, until } }: { handed: HandedOver }) {
  return (
    <div class="panel handed" role="status">
      <p>
        The password of <strong>{email}</strong>, which is shown only now: <code>{password}</code>
      </p>
      <p class="fine">
        Hand it over by a way that you trust. It counts until {dateTime(until)}, and only to set
        another one.
      </p>
    </div>
  );
}

export function OneOperator({
  operator: { operatorId, email, name, role, disabled },
  onChange,
  onHanded,
}: {
  operator: OperatorResponse;
  onChange: () => Promise<void>;
  onHanded: (handed: HandedOver) => void;
}) {
  const [error, setError] = useState<unknown>();
  const path = `/operators/${operatorId}`;
  const isOwn = me.value?.operatorId === operatorId;
  const patch = (body: object) => ask(path, { method: 'PATCH', body });

  const save = async (values: Record<string, string>) => {
    const changes = {
      ...(values['name'] !== name && { name: values['name'] }),
      ...(!isOwn && values['role'] !== role && { role: values['role'] }),
    };
    if (Object.keys(changes).length === 0) return 'Nothing has changed.';
    await patch(changes);
    await onChange();
    return 'Saved. It counts from the next call on, wherever the operator is signed in.';
  };
  const act = async (question: string, yes: string, work: () => Promise<unknown>) => {
    if (!(await confirmed(question, yes))) return;
    try {
      await work();
      setError(undefined);
      await onChange();
    } catch (refusal) {
      setError(refusal);
    }
  };
  const disable = () =>
    act(`Disable ${email}? All sessions of this operator end at once.`, 'Disable', () =>
      patch({ disabled: true }),
    );
  const enable = () =>
    act(`Let ${email} sign in again as ${role}?`, 'Enable', () => patch({ disabled: false }));
  const reset = () =>
    act(
      `Give ${email} a new password? The present one is worth nothing then, and all sessions end.`,
      'Give a new password',
      async () => {
        const given = await ask<TemporaryPassword>(`${path}/password`, { method: 'POST' });
        onHanded({ email, password: given.temporaryPassword, until: given.validUntil });
      },
    );

  return (
    <div class="panel">
      <h3>{email}</h3>
      {error !== undefined && <ProblemNotice error={error} />}
      <CheckedForm class="tools" action="Save" run={save}>
        <CheckedField name="name" label="Name" defaultValue={name} required maxLength={200} />
        {!isOwn && <CheckedChoice name="role" label="Role" options={ROLE_OPTIONS} chosen={role} />}
      </CheckedForm>
      {isOwn ? (
        <p class="fine">
          This is you. Another admin changes your role or disables you;{' '}
          <a href="#account">your password</a> you change yourself.
        </p>
      ) : (
        <p class="row">
          <button type="button" onClick={() => void reset()}>
            Give a new password
          </button>
          <button
            type="button"
            class={disabled ? undefined : 'danger'}
            onClick={() => void (disabled ? enable() : disable())}
          >
            {disabled ? 'Enable' : 'Disable'}
          </button>
        </p>
      )}
      <p class="fine">
        <a href={`#audit/${encodeURIComponent(`who=${encodeURIComponent(email)}`)}`}>
          What {email} has changed
        </a>
      </p>
    </div>
  );
}
