/** The calls on dead letters, and the addresses of what they show. */
import type {
  DeadLetterDetail,
  DeadLetterGroup,
  DeadLetterGroups,
  DeadLetterList,
  EditedReplay,
  EditedReplayed,
  Replayed,
} from '../../../../../src/http/admin/api.ts';
import { ask } from '../call.ts';

/** Dead letters that one call replays: it takes a moment, and can be stopped after each. */
const AT_ONCE = 100;

export interface Place {
  stream: string;
  group: string;
}

/** Dead letters that are meant: of a consumer group, by event and cause where these are given, up to one of them. */
export interface Meant extends Place {
  type?: string;
  cause?: string;
  upTo?: string;
}

const pathOf = ({ stream }: Place) => `/streams/${encodeURIComponent(stream)}/dead-letters`;

/** Without the stream, which is in the path, and what is not given. */
function filterOf({ group, type, cause, upTo }: Meant): Record<string, string> {
  return {
    group,
    ...(type !== undefined && { type }),
    ...(cause !== undefined && { cause }),
    ...(upTo !== undefined && { upTo }),
  };
}

export const getGroups = () => ask<DeadLetterGroups>('/dead-letters');

export const getPage = (meant: Meant, from?: string) =>
  ask<DeadLetterList>(
    `${pathOf(meant)}?${new URLSearchParams({ ...filterOf(meant), ...(from && { from }) })}`,
  );

export const getOne = (place: Place, id: string) =>
  ask<DeadLetterDetail>(`${pathOf(place)}/${id}?${new URLSearchParams({ group: place.group })}`);

const post = <T>(path: string, body: object) => ask<T>(path, { method: 'POST', body });

/** Replays some of those that are meant, from one of them on. */
export const replaySome = (meant: Meant, from?: string) =>
  post<Replayed>(`${pathOf(meant)}/replay`, {
    ...filterOf(meant),
    limit: AT_ONCE,
    ...(from && { from }),
  });

export const replayIds = (place: Place, ids: readonly string[]) =>
  post<Replayed>(`${pathOf(place)}/replay`, { group: place.group, ids });

/** Replays one, with other fields; with `dryRun` it is only said what would become of it. */
export const replayOne = (place: Place, id: string, edited: Omit<EditedReplay, 'group'>) =>
  post<EditedReplayed>(`${pathOf(place)}/${id}/replay`, { group: place.group, ...edited });

export const discardIds = (place: Place, ids: readonly string[]) =>
  post<{ discarded: number }>(`${pathOf(place)}/discard`, { group: place.group, ids });

/**
 * Discards all that are meant, and gives how many there were.
 *
 * @throws Problem 409 where another number than the expected is meant by now
 */
export async function discardMeant(meant: Meant, expected: number): Promise<number> {
  let all = 0;
  for (let left = expected; left > 0;) {
    const done = await post<{ discarded: number; meant: number }>(`${pathOf(meant)}/discard`, {
      ...filterOf(meant),
      expected: left,
    });
    all += done.discarded;
    left = done.meant;
  }
  return all;
}

const addressOf = (...parts: string[]) =>
  `#${['dead-letters', ...parts.map(encodeURIComponent)].join('/')}`;

/** The address of the dead letters of a consumer group, by event and cause where these are given. */
export function listAddress({ stream, group, type, cause }: Meant): string {
  const filter = cause === undefined ? [] : ['of', type ?? '', cause];
  return addressOf(stream, group, ...filter);
}

/** The address of one dead letter. */
export const oneAddress = ({ stream, group }: Place, id: string) => addressOf(stream, group, id);

/** Those of one group of the table. */
export const meantBy = ({ stream, group, type, cause, lastId }: DeadLetterGroup): Meant => ({
  stream,
  group,
  type,
  cause,
  upTo: lastId,
});
