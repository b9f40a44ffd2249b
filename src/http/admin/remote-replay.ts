/** Dead letters of a group that another process reads: that one is asked to handle them again. */
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import type { ServiceRegistry } from '../../registry/registry.ts';
import { DomainError, type ErrorKind } from '../errors.ts';
import type { InternalTokens } from '../internal-token.ts';
import type { Operator } from '../operator.ts';
import { Problem } from '../problems.ts';
import { EditedReplayed } from './dead-letters/schemas.ts';
import { Nullable } from '../nullable.ts';

/** How long the other process may take, in ms. */
const ANSWER_MS = 30_000;

export const Replayed = Type.Object({
  replayed: Type.Array(Type.String()),
  failed: Type.Array(Type.Object({ id: Type.String(), error: Type.String() })),
  nextCursor: Type.Optional(
    Nullable(Type.String(), {
      description: 'Without `ids`: the `from` to go on with; null where none are left',
    }),
  ),
});

export type Replayed = Static<typeof Replayed>;

const Answer = Compile(Replayed);
const EditedAnswer = Compile(EditedReplayed);
const Refusal = Compile(
  Type.Object({
    type: Type.String(),
    detail: Type.String(),
    errors: Type.Optional(Problem.properties.errors),
  }),
);
/** What the other process may say to the operator himself. */
const REFUSALS: Readonly<Record<number, ErrorKind>> = { 400: 'invalid', 404: 'not-found' };

/** What it takes to ask another process. */
export interface RemoteProcesses {
  registry: Pick<ServiceRegistry, 'list'>;
  /** Signs for the operator who asks. */
  internalTokens: InternalTokens;
}

/**
 * Forwards the operator's call to a process that runs the module of the group, and gives its answer.
 *
 * @throws DomainError where no process reads the group, or the one that does gives no answer
 */
export async function replayRemotely(
  remote: RemoteProcesses,
  stream: string,
  body: { group: string },
  operator: Operator | null,
): Promise<Replayed> {
  const answer = await askReader(remote, stream, '/replay', body, operator);
  if (Answer.Check(answer)) return answer;
  throw noAnswer(body.group);
}

/** Forwards the call on one dead letter likewise; what the other process refuses is refused. */
export async function replayEditedRemotely(
  remote: RemoteProcesses,
  stream: string,
  id: string,
  body: { group: string },
  operator: Operator | null,
): Promise<EditedReplayed> {
  const answer = await askReader(remote, stream, `/${id}/replay`, body, operator);
  if (EditedAnswer.Check(answer)) return answer;
  throw noAnswer(body.group);
}

async function askReader(
  { registry, internalTokens }: RemoteProcesses,
  stream: string,
  call: string,
  body: { group: string },
  operator: Operator | null,
): Promise<unknown> {
  const { group } = body;
  const { instances } = await registry.list();
  const instance = instances.find(({ modules }) => modules.includes(group));
  if (!instance) throw nobodyReads(stream, group);
  const path = `/api/admin/streams/${encodeURIComponent(stream)}/dead-letters${call}`;
  const [method, url] = ['POST', new URL(path, instance.url)];
  const response = await fetch(url, {
    method,
    headers: {
      'content-type': 'application/json',
      ...internalTokens.forward({ method, url, operator, audited: true }),
    },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch(() => undefined);
  if (response?.status === 409) throw nobodyReads(stream, group);
  const answer: unknown = await response?.json().catch(() => undefined);
  const kind = REFUSALS[response?.status ?? 0];
  if (kind && Refusal.Check(answer)) {
    const { type, detail, errors } = answer;
    throw new DomainError(kind, type.split(':').at(-1)!, detail, errors && { errors });
  }
  return response?.ok ? answer : undefined;
}

function noAnswer(group: string): DomainError {
  return new DomainError(
    'unavailable',
    'no-process-answers',
    `The process that runs ${group} did not answer; look at the dead letters, and ask again.`,
  );
}

export function nobodyReads(stream: string, group: string): DomainError {
  return new DomainError(
    'conflict',
    'nobody-reads-group',
    `No process reads ${stream} as ${group} at the moment. Start the module, if there is one that does: MODULES=${group} npm start.`,
  );
}
