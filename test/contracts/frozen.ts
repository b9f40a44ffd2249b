/** The frozen contracts: a file for each version that was published, which holds what it promised. */
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format } from 'oxfmt';
import { differences, type Frozen } from './difference.ts';

/** Where they lie: `<stream>/<type>.v<version>.json`. */
export const DIRECTORY = import.meta.dirname;

const FIRST = 'first.json';

/** What is wrong with a contract, or with its file. */
export interface Finding {
  name: string;
  /** Whether freezing mends it; else the code has to change. */
  freezes: boolean;
  /** What it is, and what to do. */
  says: string;
}

const nameOf = ({ stream, type, v }: Frozen): string => `${stream}/${type}.v${v}`;

/** The frozen contracts of a directory, by name. */
export function readFrozen(directory: string): Map<string, Frozen> {
  return new Map(
    globSync('*/*.json', { cwd: directory }).map((file) => [
      file.replaceAll('\\', '/').replace(/\.json$/, ''),
      JSON.parse(readFileSync(join(directory, file), 'utf8')) as Frozen,
    ]),
  );
}

/**
 * Every version in the form in which it was frozen first, by name: what was published then may still
 * lie in a stream, and processes of then may still read. Nothing of it ever changes.
 */
export function readFirst(directory: string): Map<string, Frozen> {
  const file = join(directory, FIRST);
  if (!existsSync(file)) return new Map();
  return new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Frozen>));
}

/** Judges the contracts of the code by the frozen ones. */
export function judge(
  frozen: ReadonlyMap<string, Frozen>,
  contracts: readonly Frozen[],
): Finding[] {
  const named = Map.groupBy(contracts, nameOf);
  const names = new Set([...named.keys(), ...frozen.keys()]);
  return [...names]
    .toSorted()
    .map((name) => judgeOne(name, frozen.get(name), named.get(name) ?? []))
    .filter((finding) => finding !== undefined);
}

function judgeOne(
  name: string,
  frozen: Frozen | undefined,
  [contract, ...others]: Frozen[],
): Finding | undefined {
  const refused = (why: string): Finding => ({ name, freezes: false, says: `${name} ${why}` });
  const freezes = (why: string): Finding => ({
    name,
    freezes: true,
    says: `${name} ${why}: npm run contracts:freeze`,
  });
  if (!contract)
    return refused(
      'is frozen and no events.ts exports it. Its entries must stay readable: bring it back.',
    );
  if (others.length > 0) return refused('is declared more than once. One event is one contract.');
  if (!frozen) return freezes('is not frozen yet');

  const found = differences(frozen, contract);
  const breaking = found.filter((one) => one.breaking);
  const list = (ones: typeof found): string => ones.map(({ what }) => what).join('; ');
  if (breaking.length > 0)
    return refused(
      `is published and cannot change (${list(breaking)}). Leave it as it was, declare v: ${contract.v + 1} beside it, and npm run contracts:freeze.`,
    );
  return found.length > 0
    ? freezes(`differs from its file, as it may (${list(found)})`)
    : undefined;
}

/**
 * Writes the files of contracts that are new or have got optional properties. Leaves all others as
 * they are, and gives both.
 */
export async function freeze(
  directory: string,
  contracts: readonly Frozen[],
): Promise<{ written: string[]; refused: Finding[] }> {
  const frozen = readFrozen(directory);
  const first = readFirst(directory);
  const findings = judge(frozen, contracts);
  const written = findings.filter(({ freezes }) => freezes).map(({ name }) => name);
  for (const contract of contracts.filter((one) => written.includes(nameOf(one)))) {
    await write(join(directory, `${nameOf(contract)}.json`), contract);
    if (!frozen.has(nameOf(contract))) first.set(nameOf(contract), contract);
  }
  if (written.length > 0) await write(join(directory, FIRST), Object.fromEntries(first));
  return { written, refused: findings.filter(({ freezes }) => !freezes) };
}

async function write(file: string, content: object): Promise<void> {
  const { code } = await format(file, JSON.stringify(content, null, 2), { printWidth: 100 });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, code);
}
