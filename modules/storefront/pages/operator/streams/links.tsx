/** Links between the streams, their groups, and the dead letters of these. */
import { count } from '../../lib/format.ts';
import { hashOf } from './filters.ts';

/** Where in the streams the page is, and the way back. */
export function Path({ stream, group }: { stream: string; group?: string }) {
  return (
    <nav aria-label="Where this is" class="path">
      <a href="#streams">All streams</a>
      {' / '}
      {group === undefined ? <strong>{stream}</strong> : <a href={hashOf(stream)}>{stream}</a>}
      {group !== undefined && (
        <>
          {' / '}
          <strong>{group}</strong>
        </>
      )}
    </nav>
  );
}

export function DeadLettersLink({
  stream,
  group: { group, deadLetters },
}: {
  stream: string;
  group: { group: string; deadLetters: number };
}) {
  const path = [stream, group].map(encodeURIComponent).join('/');
  return (
    <a href={`#dead-letters/${path}`} aria-label={`${count(deadLetters)} dead letters of ${group}`}>
      {count(deadLetters)}
    </a>
  );
}
