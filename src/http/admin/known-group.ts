/** Finding the stream and the group that an operator's call names. */
import { Type } from 'typebox';
import type { Bus } from '../../bus/index.ts';
import { DomainError } from '../errors.ts';

const name = Type.String({ minLength: 1, maxLength: 128 });

/** The parameters of a call on a stream, and of one on a group of it. */
export const ofStream = Type.Object({ stream: name });
export const ofGroup = Type.Object({ stream: name, group: name });

/** @throws DomainError 404 where there is no such stream */
export async function knownStream(bus: Bus, stream: string) {
  const known = bus.allStreams();
  const state = known.includes(stream) ? await bus.inspect(stream) : undefined;
  if (state) return state;
  throw new DomainError(
    'not-found',
    'unknown-stream',
    `There is no stream ${stream}; there may be ${known.join(', ')}.`,
  );
}

/** @throws DomainError 404 where there is no such stream, or it has no such group */
export async function knownGroup(bus: Bus, stream: string, group: string) {
  const { groups } = await knownStream(bus, stream);
  const found = groups.find((one) => one.group === group);
  if (found) return found;
  const names = groups.map((one) => one.group).join(', ');
  throw unknownGroup(stream, group, names === '' ? 'none' : names);
}

export function unknownGroup(stream: string, group: string, others = 'others'): DomainError {
  return new DomainError(
    'not-found',
    'unknown-group',
    `${stream} has no group ${group}; it has ${others}.`,
  );
}

/** How the audit log names a group. */
export const targetOf = (stream: string, group: string): string => `streams/${stream}/${group}`;
