/** The operators: who may do what, inviting another one, and changing or disabling one. */
import { useState } from 'preact/hooks';
import type { Invited, OperatorResponse } from '../../../../gateway/api.ts';
import { CheckedChoice, CheckedField } from '../../components/checked-fields.tsx';
import { CheckedForm } from '../../components/checked-form.tsx';
import { Table } from '../../components/table.tsx';
import { dateTime } from '../../lib/format.ts';
import { useLoaded } from '../../lib/loaded.ts';
import { ask } from '../call.ts';
import { Part, type SectionProps } from '../parts.tsx';
import { Handed, OneOperator, ROLE_OPTIONS, type HandedOver } from './operator.tsx';

const COLUMNS = ['Operator', 'Role', 'State', 'Signed in last', 'Made'];

export function Operators({ rest: [chosen] }: SectionProps) {
  const list = useLoaded(() => ask<{ items: OperatorResponse[] }>('/operators'), []);
  const [handed, setHanded] = useState<HandedOver | undefined>();
  const invite = async ({ email = '', name = '', role = '' }: Record<string, string>) => {
    const body = { email, name, role };
    const made = await ask<Invited>('/operators', { method: 'POST', body });
    setHanded({ email, password: made.temporaryPassword, until: made.validUntil });
    await list.reload();
    return undefined;
  };
  return (
    <>
      {handed && <Handed handed={handed} />}
      <Part of={list}>
        {({ items }) => {
          const operator = items.find(({ operatorId }) => operatorId === chosen);
          return (
            <>
              {operator && (
                <OneOperator
                  key={operator.operatorId}
                  operator={operator}
                  onChange={list.reload}
                  onHanded={setHanded}
                />
              )}
              <Table
                caption="All operators"
                columns={COLUMNS}
                rows={items.map(toRow)}
                none="None yet: whoever has the ADMIN_TOKEN makes the first ones."
              />
            </>
          );
        }}
      </Part>
      <div class="panel">
        <h3>Invite an operator</h3>
        <p class="fine">
          You are given a password to hand over. It counts for a week, and only to set another one.
        </p>
        <CheckedForm
          class="tools"
          action="Invite"
          run={invite}
          fieldOf={{ 'email-taken': 'email' }}
          isEmptied
        >
          <CheckedField name="email" label="E-mail" type="email" required maxLength={254} />
          <CheckedField name="name" label="Name" required maxLength={200} />
          <CheckedChoice name="role" label="Role" options={ROLE_OPTIONS} chosen="viewer" />
        </CheckedForm>
      </div>
    </>
  );
}

function toRow(operator: OperatorResponse) {
  const { operatorId, email, name, role, signedInAt, createdAt } = operator;
  return {
    key: operatorId,
    cells: [
      <>
        <a href={`#operators/${operatorId}`}>{email}</a>
        <br />
        <span class="fine">{name}</span>
      </>,
      role,
      <State operator={operator} />,
      signedInAt === null ? 'never' : dateTime(signedInAt),
      dateTime(createdAt),
    ],
  };
}

function State({ operator: { disabled, isTemporary } }: { operator: OperatorResponse }) {
  if (disabled) return <span class="pill pill-bad">disabled</span>;
  if (isTemporary) return <span class="pill pill-plain">temporary password</span>;
  return <span class="pill pill-good">active</span>;
}
