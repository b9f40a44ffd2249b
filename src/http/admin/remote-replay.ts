/** Dead letters of a group that another process reads: that one is asked to handle them again. */
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import type { ServiceRegistry } from '../../registry/registry.ts';
import { DomainError } from '../errors.ts';
import type { InternalTokens } from '../internal-token.ts';
import type { Operator } from '../operator.ts';

/** How long the other process may take, in ms. */
const ANSWER_MS = 30_000;

export const Replayed = Type.Object({
  replayed: Type.Array(Type.String()),
  failed: Type.Array(Type.Object({ id: Type.String(), error: Type.String() })),
  nextCursor: Type.Optional(
    Type.Union([Type.String(), Type.Null()], {
      description: 'Without `ids`: the `from` to go on with; null where none are left',
    }),
  ),
});

export type Replayed = Static<typeof Replayed>;

const Answer = Compile(Replayed);

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
  { registry, internalTokens }: RemoteProcesses,
  stream: string,
  body: { group: string; ids?: string[]; from?: string },
  operator: Operator | null,
): Promise<Static<typeof Replayed>> {
  const { group } = body;
  const { instances } = await registry.list();
  const instance = instances.find(({ modules }) => modules.includes(group));
  if (!instance) throw nobodyReads(stream, group);
  const path = `/api/admin/streams/${encodeURIComponent(stream)}/dead-letters/replay`;
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
  const answer: unknown = response?.ok ? await response.json() : undefined;
  if (Answer.Check(answer)) return answer;
  throw new DomainError(
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
