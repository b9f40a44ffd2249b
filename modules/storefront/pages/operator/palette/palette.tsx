/**
 * The operator's search by keyboard: a dialog with the combobox of the ARIA Authoring Practices, whose list
 * is in groups, and whose first result is chosen until another is.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { count } from '../../lib/format.ts';
import type { Result } from './sources.ts';
import { useResults, type Group, type Results } from './use-results.ts';

/** The dialog of the page, which is there all the time. */
let shown: HTMLDialogElement | null = null;

/** Opens it at once: whoever types on before the next redraw types into it already. */
export function openPalette(): void {
  shown?.showModal();
}

/** Listens to the keys that open it; gives what ends that. */
function listenToKeys(): () => void {
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}

/** Opens it by Ctrl+K, Cmd+K, or by a slash that nobody types into anything. */
function onKey(event: KeyboardEvent): void {
  const isChord = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k';
  const isSlash = event.key === '/' && !isTyping(event.target) && !event.ctrlKey;
  if (event.isComposing || (!isChord && !isSlash)) return;
  // A question that is asked wants its answer first.
  if (document.querySelector('dialog[open]')) return;
  event.preventDefault();
  openPalette();
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest('input, textarea, select') !== null)
  );
}

/** The dialog; `onGo` is called after a result was gone to. */
export function Palette({ onGo }: { onGo: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    shown = dialog.current;
    return listenToKeys();
  }, []);
  // Each time it is opened it is empty.
  const [times, setTimes] = useState(0);
  const close = () => dialog.current?.close();
  return (
    <dialog
      class="palette"
      aria-label="Search"
      ref={dialog}
      onClose={() => setTimes(times + 1)}
      onClick={({ target, currentTarget }) => {
        // What is beside it is the dialog's own, too: all that it shows is in the div.
        if (target === currentTarget) close();
      }}
    >
      <Combobox
        key={times}
        onGo={({ href }) => {
          close();
          location.hash = href;
          onGo();
        }}
        onClose={close}
      />
    </dialog>
  );
}

const LIST = 'palette-list';

function Combobox({ onGo, onClose }: { onGo: (result: Result) => void; onClose: () => void }) {
  const [words, setWords] = useState('');
  const [chosen, setChosen] = useState<string>();
  const results = useResults(words);
  const all = results.groups.flatMap((group) => group.results);
  const at = Math.max(
    0,
    all.findIndex(({ href }) => href === chosen),
  );
  const active = all[at];
  // What comes in above later does not move the choice: Enter goes to what was seen as chosen.
  useEffect(() => setChosen(active?.href), [active?.href]);
  // Whoever pastes a number and presses Enter has done so before anything is found.
  const [isWanted, setWanted] = useState(false);
  useEffect(() => {
    if (isWanted && active) onGo(active);
  }, [isWanted, active?.href]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      setWanted(active !== undefined || results.isWaiting);
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || all.length === 0) return;
    event.preventDefault();
    setChosen(all[(at + step + all.length) % all.length]?.href);
  };
  return (
    <div class="palette-content">
      <input
        type="text"
        inputMode="search"
        autofocus
        dir="auto"
        maxLength={200}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        placeholder="Order, payment, product, email or section"
        aria-label="Order, payment, product, email or section"
        role="combobox"
        list={undefined}
        aria-autocomplete="list"
        aria-expanded={all.length > 0}
        aria-controls={LIST}
        aria-activedescendant={active && idOf(active)}
        value={words}
        onInput={({ currentTarget: { value } }) => {
          setChosen(undefined);
          setWanted(false);
          setWords(value);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={LIST} role="listbox" aria-label="Results" hidden={all.length === 0}>
        {results.groups.map((group) => (
          <GroupOfResults key={group.name} group={group} active={active} onGo={onGo} />
        ))}
      </div>
      {results.silent.length > 0 && (
        <p class="palette-silent">{results.silent.join(', ')}: no answer. The rest is shown.</p>
      )}
      <div class="palette-foot">
        <p role="status">{wordsFor(words, results, all.length)}</p>
        <button type="button" class="link-button" onClick={onClose}>
          Close
        </button>
      </div>
    </div>
  );
}

const idOf = ({ href }: Result) => `palette-${href.slice(1)}`;

function GroupOfResults({
  group: { name, results },
  active,
  onGo,
}: {
  group: Group;
  active: Result | undefined;
  onGo: (result: Result) => void;
}) {
  return (
    <div role="group" aria-labelledby={`palette-group-${name}`}>
      <div class="palette-group" role="presentation" id={`palette-group-${name}`}>
        {name}
      </div>
      {results.map((result) => (
        <Option
          key={result.href}
          result={result}
          isActive={result.href === active?.href}
          onGo={onGo}
        />
      ))}
    </div>
  );
}

function Option({
  result,
  isActive,
  onGo,
}: {
  result: Result;
  isActive: boolean;
  onGo: (result: Result) => void;
}) {
  const item = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isActive) item.current?.scrollIntoView({ block: 'nearest' });
  }, [isActive]);
  return (
    <div
      class="palette-option"
      id={idOf(result)}
      ref={item}
      role="option"
      aria-selected={isActive}
      // Pressing it leaves the focus in the field.
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => onGo(result)}
    >
      <span dir="auto">{result.title}</span>
      <span class="fine" dir="auto">
        {result.detail}
      </span>
    </div>
  );
}

function wordsFor(words: string, { isWaiting, silent }: Results, found: number): string {
  if (words.trim() === '') return 'Arrow keys choose, Enter opens, Escape closes.';
  if (isWaiting) return 'Searching…';
  if (found > 0) return `${count(found)} found.`;
  return silent.length > 0 ? 'The rest has nothing like it.' : 'Nothing is found by that.';
}
