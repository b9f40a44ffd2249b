/** One dead letter: what became of it, its fields beside what does not fit, and the form that mends and replays it. */
import { useState } from 'preact/hooks';
import type { DeadLetterDetail } from '../../../../../src/http/admin/api.ts';
import { confirmed } from '../../components/confirm.tsx';
import { Notice } from '../../components/states.tsx';
import { Figures } from '../../components/table.tsx';
import { count, dateTime } from '../../lib/format.ts';
import { useLoaded } from '../../lib/loaded.ts';
import { Part, Reserved } from '../parts.tsx';
import { can } from '../session.ts';
import { OutcomeNotice, useAction } from './actions.tsx';
import { discardIds, getOne, listAddress, type Place } from './calls.ts';
import { LetterForm } from './letter-form.tsx';

export function DeadLetter({ place, id }: { place: Place; id: string }) {
  const letter = useLoaded(() => getOne(place, id), [place.stream, place.group, id]);
  const [gone, setGone] = useState<string>();
  return (
    <>
      <p>
        <a href="#dead-letters">All causes</a> · {place.stream} ·{' '}
        <a href={listAddress(place)}>{place.group}</a> · {id}
      </p>
      {gone === undefined ? (
        <Part of={letter}>
          {(data) => <Whole letter={data} place={place} reload={letter.reload} onGone={setGone} />}
        </Part>
      ) : (
        <Notice>{gone}</Notice>
      )}
    </>
  );
}

function Whole({
  letter,
  place,
  reload,
  onGone,
}: {
  letter: DeadLetterDetail;
  place: Place;
  reload: () => Promise<void>;
  onGone: (said: string) => void;
}) {
  const { outcome, act } = useAction(async () => undefined);
  const discard = async () => {
    if (!(await confirmed('Discard this dead letter? Nobody will ever handle it.', 'Discard')))
      return;
    await act(async () => {
      const { discarded } = await discardIds(place, [letter.id]);
      onGone(discarded === 1 ? 'Discarded.' : 'It was gone before.');
      return { kind: 'good', text: 'Discarded.' };
    });
  };
  return (
    <>
      <p class="dead-error">
        <code>{letter.type || 'no type'}</code>{' '}
        <strong>{letter.error || 'No error was given'}</strong>
      </p>
      <Figures
        values={{
          Deliveries: count(letter.attempts),
          'Replayed in vain': count(letter.replays.attempts),
          'First delivered': <time class="dead-time">{dateTime(letter.firstAt)}</time>,
          'Given up': <time class="dead-time">{dateTime(letter.lastAt)}</time>,
        }}
      />
      <Links letter={letter} />
      <OutcomeNotice outcome={outcome} />
      <div class="dead-letter">
        <div>
          <Reserved to="support">
            <LetterForm letter={letter} place={place} reload={reload} onGone={onGone} />
          </Reserved>
        </div>
        <aside>
          <Schema letter={letter} />
          <Replays letter={letter} />
          {can('support') && (
            <p class="row">
              <button type="button" class="danger" onClick={() => void discard()}>
                Discard
              </button>
            </p>
          )}
        </aside>
      </div>
    </>
  );
}

function Links({ letter: { stream, fields, originId, type } }: { letter: DeadLetterDetail }) {
  const orderId = fields['orderId'] ?? (type.startsWith('order.') ? fields['key'] : undefined);
  return (
    <p class="row">
      <span>
        Entry <code>{originId}</code> of{' '}
        <a href={`#streams/${encodeURIComponent(stream)}`}>{stream}</a>
      </span>
      {orderId && <a href={`#orders/${encodeURIComponent(orderId)}`}>Open the order</a>}
    </p>
  );
}

function Schema({ letter }: { letter: DeadLetterDetail }) {
  const { conforms, violations, type, v, cutFrom } = letter;
  const name = `${type || 'an event without a type'} v${v}`;
  return (
    <section class="panel" aria-label="Schema">
      <h3>Schema</h3>
      {conforms === 'yes' && <p>It fits {name}.</p>}
      {conforms === 'unknown' && (
        <p>
          {cutFrom === undefined
            ? `No contract that this process knows is of ${name}.`
            : `It is too large to be shown whole: this is the beginning of ${count(cutFrom)} bytes.`}
        </p>
      )}
      {conforms === 'no' && (
        <>
          <p>It does not fit {name}:</p>
          <ul class="run-errors">
            {violations.map(({ path, message }) => (
              <li key={path + message}>
                <code>{path}</code> {message}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Replays({ letter: { replays } }: { letter: DeadLetterDetail }) {
  if (replays.attempts === 0) return null;
  return (
    <section class="panel" aria-label="Replays">
      <h3>Replayed in vain</h3>
      <ul class="run-errors">
        {replays.errors.map(({ at, error }) => (
          <li key={at}>
            <time class="fine">{dateTime(at)}</time> {error}
          </li>
        ))}
      </ul>
    </section>
  );
}
