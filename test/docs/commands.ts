/** Reading the documents: the commands that they show, what these print, and the files of an example. */

export interface Command {
  text: string;
  /** What the page says that it prints. */
  prints: string;
}

/** What stands in the blocks of that language. */
export function blocksOf(page: string, language: string): string[] {
  const blocks = page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'));
  return [...blocks].map(([, block = '']) => block);
}

/** The commands in the `sh` blocks of a page; each begins with `$ `. */
export function commandsOf(page: string): Command[] {
  return blocksOf(page, 'sh').flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        const lines = part.trimEnd().split('\n');
        const end = endOf(lines);
        return { text: lines.slice(0, end).join('\n'), prints: lines.slice(end).join('\n') };
      }),
  );
}

/** How many lines a command has: up to the end of its here-document, or of its last backslash. */
function endOf(lines: readonly string[]): number {
  const [, mark] = /<<'(\w+)'/.exec(lines[0] ?? '') ?? [];
  if (mark !== undefined) return lines.indexOf(mark) + 1;
  return lines.findIndex((line) => !line.endsWith('\\')) + 1;
}

/** The TypeScript files that a page writes, each named before its block. */
export function filesOf(page: string): { file: string; text: string }[] {
  return [...page.matchAll(/`(modules\/[\w/.]+)`:\n\n```ts\n(.*?)^```$/gms)].map(
    ([, file = '', text = '']) => ({ file, text }),
  );
}

/** Ids of documents and of stream entries. */
const ID = /\b(?:[0-9a-f]{24}|\d{13}-\d+)\b/;
/** What is another in every run: ids, times, traces, durations; and what a page leaves out. */
const VARYING =
  /(^…\n|…|\b[0-9a-f]{24}\b|\b\d{13}-\d+\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b00-[0-9a-f]{32}-[0-9a-f]{16}-01\b|\b\d{4}-\d\d-\d\dT[\d:.]+Z|\b\d{13}\b|\b\d+\.\d+(?= seconds))/m;

export interface Matcher {
  /** The pattern of an output, and a function that notes which ids it had in truth. */
  readonly matcherOf: (prints: string) => { pattern: RegExp; learn: (printed: string) => void };
  /** A command with the ids that this run gave. */
  readonly translate: (command: string) => string;
}

/** Makes a matcher, which learns from each output what the ids of the documents are in this run. */
export function createMatcher(): Matcher {
  const known = new Map<string, string>();
  return {
    matcherOf(prints) {
      const fresh: string[] = [];
      const source = prints
        .trim()
        .split(VARYING)
        .map((part, i) => (i % 2 === 0 ? RegExp.escape(part) : patternOf(part, fresh)));
      const pattern = new RegExp(`^${source.join('')}$`);
      return {
        pattern,
        learn(printed) {
          const ids = pattern.exec(printed)?.slice(1) ?? [];
          ids.forEach((id, i) => known.set(fresh[i]!, id));
        },
      };
    },
    translate: (command) => command.replaceAll(new RegExp(ID, 'g'), (id) => known.get(id) ?? id),
  };

  function patternOf(varying: string, fresh: string[]): string {
    if (varying === '…') return '[^]*?';
    // A line of its own stands for any number of lines.
    if (varying === '…\n') return '(?:[^]*?\\n)?';
    if (!ID.test(varying)) return '[-\\w:.]+';
    const id = known.get(varying);
    if (id !== undefined) return id;
    const group = fresh.indexOf(varying);
    if (group >= 0) return `(?:\\${group + 1})`;
    fresh.push(varying);
    return `(${ID.source})`;
  }
}
