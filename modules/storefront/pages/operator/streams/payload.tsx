/** What an entry holds, laid out to be read, and where it is in each group. */
import { useState } from 'preact/hooks';
import { count, duration } from '../../lib/format.ts';
import { hashOfGroup } from './filters.ts';
import type { Entry } from './search.ts';

export function Payload({ stream, entry }: { stream: string; entry: Entry }) {
  const { id, eventId, cutFrom, groups } = entry;
  const text = layOut(entry.fields);
  return (
    <div class="payload">
      <p class="row">
        <span class="fine">
          Entry <code>{id}</code>
          {eventId !== id && (
            <>
              , event <code>{eventId}</code>
            </>
          )}
        </span>
        <Copy text={text} />
      </p>
      {cutFrom !== undefined && <p class="fine">The beginning of {count(cutFrom)} bytes.</p>}
      <pre tabIndex={0} aria-label={`Payload of ${id}`}>
        {text}
      </pre>
      <ul class="plain">
        {groups.map((of) => (
          <li key={of.group}>
            <a href={hashOfGroup(stream, of.group)}>{of.group}</a>: {inWords(of)}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Fields that hold JSON are laid out, the others stand as they are. */
export function layOut(fields: Readonly<Record<string, string>>): string {
  const read = Object.entries(fields).map(([name, text]) => [name, parsed(text)] as const);
  return JSON.stringify(Object.fromEntries(read), null, 2);
}

function parsed(text: string): unknown {
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function inWords({ state, consumer, deliveries = 0, idleMs = 0 }: Entry['groups'][number]): string {
  switch (state) {
    case 'waiting':
      return 'waits to be given to a consumer';
    case 'pending':
      return `pending with ${consumer}, delivered ${count(deliveries)} times, the last time ${duration(idleMs)} ago`;
    case 'acknowledged':
      return 'acknowledged';
    case 'dead-lettered':
      return 'became a dead letter';
  }
}

function Copy({ text }: { text: string }) {
  const [said, say] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      say('Copied.');
    } catch {
      say('The browser does not let it be copied; select it instead.');
    }
  };
  return (
    <>
      <button type="button" onClick={() => void copy()}>
        Copy
      </button>
      <span role="status">{said}</span>
    </>
  );
}
