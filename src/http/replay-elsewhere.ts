/** Dead letters of a group that another process reads: that one is asked to handle them again. */
import type { FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Peers } from '../peers.ts';
import { DomainError } from './errors.ts';

/** How long the other process may take, in ms. */
const ANSWER_MS = 30_000;

export const Replayed = Type.Object({
  replayed: Type.Array(Type.String()),
  failed: Type.Array(Type.Object({ id: Type.String(), error: Type.String() })),
});

const Answer = Compile(Replayed);

/**
 * Makes the same call to a process that runs the module of the group, and gives its answer.
 *
 * @throws DomainError where no process runs it, it does not answer, or does not believe this one
 */
export async function replayElsewhere(
  peers: Pick<Peers, 'look'>,
  { headers }: Pick<FastifyRequest, 'headers'>,
  stream: string,
  body: { group: string; ids?: string[] },
): Promise<Static<typeof Replayed>> {
  const { group } = body;
  const { others } = await peers.look();
  const peer = others.find(({ modules }) => modules.includes(group));
  if (!peer)
    throw new DomainError(
      'conflict',
      'nobody-reads-group',
      `No process runs ${group} at the moment; start one: MODULES=${group} npm start.`,
    );
  const path = `/api/admin/streams/${encodeURIComponent(stream)}/dead-letters/replay`;
  const response = await fetch(peer.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: headers.authorization ?? '' },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch(() => undefined);
  if (response?.status === 401)
    throw new DomainError(
      'conflict',
      'other-admin-token',
      `The process that runs ${group} has another ADMIN_TOKEN; set the same for all.`,
    );
  const answer: unknown = response?.ok ? await response.json() : undefined;
  if (Answer.Check(answer)) return answer;
  throw new DomainError(
    'unavailable',
    'no-process-answers',
    `The process that runs ${group} did not answer; look at the dead letters, and ask again.`,
  );
}
