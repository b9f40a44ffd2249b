/** The operator has one dead letter handled again, as it is or with other fields, or asks what would become of it. */
import type { Bus, DeadLetter, Fields, EntryValidation, Subscription } from '../../../bus/index.ts';
import type { App } from '../../../module/module.ts';
import { DomainError } from '../../errors.ts';
import { recordChange } from '../audit/audit.ts';
import { replayEditedRemotely, type RemoteProcesses } from '../remote-replay.ts';
import { findReader, findWhole } from './find.ts';
import { EditedReplay, EditedReplayed, ofOne } from './schemas.ts';

/** The fields that say which event an entry is, besides the one that is its key. */
const IDENTITY = ['type', 'v', 'eventId', 'key'];

const replayEdited = {
  // The audit log has the fields that were changed, and of those no data of customers.
  config: { role: 'support' as const, auditBody: false },
  schema: {
    summary: 'Gives one dead letter to its handler again, with other fields where they are given',
    description:
      'Fields that do not fit the schema of its event are refused, with the path of each, and nothing changes. ' +
      'One that fails again is kept as it was, with the new error beside it.',
    params: ofOne,
    body: EditedReplay,
    response: { 200: EditedReplayed },
  },
};

/** Adds the call. */
export function editRoute(app: App, bus: Bus, remote: RemoteProcesses): void {
  app.post('/streams/:stream/dead-letters/:id/replay', replayEdited, async (request) => {
    const { stream, id } = request.params;
    const { group, fields: changes = {}, changeIdentity = false, dryRun = false } = request.body;
    const subscription = await findReader(bus, stream, group, request.forwarded);
    const before = await findWhole(bus, { stream, group, id });
    const after = { ...before, fields: edit(before.fields, changes) };
    const validated = bus.deadLetterIndex(stream, group).validate(after.originId, after.fields);
    if (!changeIdentity) refuseOtherIdentity(before.fields, after.fields, validated.contract?.key);
    if (validated.conforms === 'no' && !dryRun) throw doesNotConform(validated);
    const result =
      validated.conforms !== 'no' && !subscription
        ? await replayEditedRemotely(remote, stream, id, request.body, request.operator)
        : dryRun || !subscription
          ? rehearse(validated, after, subscription)
          : await replayOne(subscription, validated, after);
    const { handled, error } = result;
    recordChange(request, {
      target: `dead-letters/${stream}/${group}/${id}`,
      before: { fields: recordable(before.fields, changes) },
      after: { fields: recordable(after.fields, changes), handled, error, dryRun },
    });
    return result;
  });
}

/** The fields that were changed, for the audit log: data within a field may be a customer's, such as an address. */
function recordable(fields: Fields, changes: object): Record<string, string | null> {
  const texts = Object.keys(changes).map((name) => {
    const text = fields[name] ?? null;
    return [name, text !== null && /^\s*[[{]/.test(text) ? `${text.length} characters` : text];
  });
  return Object.fromEntries(texts) as Record<string, string | null>;
}

/** The fields with the changes; what is null is left out. */
function edit(fields: Fields, changes: Readonly<Record<string, string | null>>): Fields {
  const edited = Object.entries({ ...fields, ...changes });
  return Object.fromEntries(edited.filter((pair): pair is [string, string] => pair[1] !== null));
}

/** @throws DomainError that names each field that would make another event of it */
function refuseOtherIdentity(before: Fields, after: Fields, key: string | undefined): void {
  const names = new Set([...IDENTITY, ...(key === undefined ? [] : [key])]);
  const changed = [...names].filter((name) => before[name] !== after[name]);
  if (changed.length === 0) return;
  throw new DomainError(
    'invalid',
    'another-identity',
    `${changed.join(', ')} would make another event of it. Say changeIdentity: true where that is meant.`,
    {
      errors: changed.map((name) => ({
        path: `body/fields/${name}`,
        message: 'identifies the event',
      })),
    },
  );
}

function doesNotConform({ type, v, violations }: EntryValidation): DomainError {
  const [first] = violations;
  return new DomainError(
    'invalid',
    'misfit',
    `It does not fit ${type} v${v}: ${first?.path} ${first?.message}. Nothing was changed.`,
    { errors: violations.map(({ path, message }) => ({ path: `body/fields${path}`, message })) },
  );
}

function rehearse(
  { conforms, violations }: EntryValidation,
  letter: DeadLetter,
  subscription: Subscription | undefined,
): EditedReplayed {
  // Of what does not fit, its violations say it.
  const refused = conforms === 'no' ? undefined : subscription?.refusal(letter);
  const refusal = refused?.message ?? null;
  return { dryRun: true, conforms, violations, refusal, handled: false, error: null };
}

async function replayOne(
  subscription: Subscription,
  { conforms, violations }: EntryValidation,
  letter: DeadLetter,
): Promise<EditedReplayed> {
  const { failed } = await subscription.replay(inOnePage(letter));
  const error = failed[0]?.error ?? null;
  const handled = error === null;
  return { dryRun: false, conforms, violations, refusal: null, handled, error };
}

async function* inOnePage(letter: DeadLetter): AsyncGenerator<DeadLetter[]> {
  yield [letter];
}
