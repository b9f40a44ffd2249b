/** Results of the operator's search while words are typed, source by source as they answer. */
import { useEffect, useState } from 'preact/hooks';
import { findSections, SOURCES, type Result, type Source } from './sources.ts';

/** How long typing has to rest until the sources are asked, in ms. */
const REST_MS = 150;
/** How long a source may take, in ms. */
const PATIENCE_MS = 5000;

/** What a source has answered. */
export interface Group {
  name: string;
  results: readonly Result[];
}

export interface Results {
  /** Those that have found something, in the order of the sources. */
  groups: readonly Group[];
  /** The names of sources that do not answer. */
  silent: readonly string[];
  isWaiting: boolean;
}

/** By the name of the source; those that have not answered are absent. */
type BySource = Readonly<Record<string, readonly Result[] | 'silent'>>;

/** Asks all sources that fit once typing rests, and drops what was asked of earlier words. */
export function useResults(words: string): Results {
  const asked = words.trim();
  const [{ of, answers }, setState] = useState<{ of: string; answers: BySource }>({
    of: '',
    answers: {},
  });
  useEffect(() => {
    if (asked === '') return undefined;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      askAll(asked, controller.signal, (name, answer) =>
        setState((before) => ({
          of: asked,
          answers: { ...(before.of === asked && before.answers), [name]: answer },
        })),
      );
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [asked]);
  return present(asked, of === asked ? answers : {});
}

/** Asks all at once, and says of each what it has answered; of those that do not fit, that it is nothing. */
function askAll(
  words: string,
  signal: AbortSignal,
  say: (name: string, answer: readonly Result[] | 'silent') => void,
): void {
  for (const source of SOURCES) {
    void answerOf(source, words, signal).then((answer) => {
      if (!signal.aborted) say(source.name, answer);
    });
  }
}

async function answerOf(
  { fits, find }: Source,
  words: string,
  signal: AbortSignal,
): Promise<readonly Result[] | 'silent'> {
  if (!fits(words)) return [];
  try {
    return await find(words, AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]));
  } catch {
    // Whatever it is, the others have answers.
    return 'silent';
  }
}

/** Results of all sources in their order, the sections first. */
export function present(words: string, answers: BySource): Results {
  if (words === '') return { groups: [], silent: [], isWaiting: false };
  const sections = { name: 'Sections', results: findSections(words) };
  const groups = SOURCES.map(({ name }) => ({ name, answer: answers[name] ?? [] }));
  return {
    groups: [
      sections,
      ...groups.map(({ name, answer }) => ({ name, results: answer === 'silent' ? [] : answer })),
    ].filter(({ results }) => results.length > 0),
    silent: groups.filter(({ answer }) => answer === 'silent').map(({ name }) => name),
    isWaiting: groups.length > Object.keys(answers).length,
  };
}
