/** The frozen contracts: a file for each version that was published, which holds what it promised. */
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format } from 'oxfmt';
import { differences, type Frozen } from './difference.ts';

/** Where they lie: `<stream>/<type>.v<version>.json`. */
export const DIRECTORY = import.meta.dirname;

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

/** Judges the contracts of the code by the frozen ones. */
export function judge(
  frozen: ReadonlyMap<string, Frozen>,
  contracts: readonly Frozen[],
): Finding[] {
  const named = Map.groupBy(contracts, nameOf);
  return [...named.keys(), ...[...frozen.keys()].filter((name) => !named.has(name))]
    .toSorted()
    .flatMap((name) => {
      const [contract, ...others] = named.get(name) ?? [];
      if (!contract)
        return [
          refusal(
            name,
            'is frozen, but no events.ts exports it. Entries of it may still be in a stream: bring it back.',
          ),
        ];
      if (others.length > 0)
        return [refusal(name, 'is declared more than once. One event is one contract.')];
      return judgeOne(name, frozen.get(name), contract);
    });
}

function judgeOne(name: string, frozen: Frozen | undefined, contract: Frozen): Finding[] {
  if (!frozen)
    return [{ name, freezes: true, says: `${name} is not frozen yet: npm run contracts:freeze` }];
  const found = differences(frozen, contract);
  if (found.length === 0) return [];
  const breaking = found.filter((one) => one.breaking);
  const list = (breaking.length > 0 ? breaking : found).map(({ what }) => what).join('; ');
  if (breaking.length === 0)
    return [
      {
        name,
        freezes: true,
        says: `${name} differs from its file, as it may (${list}): npm run contracts:freeze`,
      },
    ];
  return [
    refusal(
      name,
      `is published and cannot change (${list}). Leave it as it was, declare v ${contract.v + 1} beside it, and npm run contracts:freeze.`,
    ),
  ];
}

function refusal(name: string, why: string): Finding {
  return { name, freezes: false, says: `${name} ${why}` };
}

/**
 * Writes the files of contracts that are new or have got optional properties. Leaves all others as
 * they are, and gives both.
 */
export async function freeze(
  directory: string,
  contracts: readonly Frozen[],
): Promise<{ written: string[]; refused: Finding[] }> {
  const findings = judge(readFrozen(directory), contracts);
  const written = findings.filter(({ freezes }) => freezes).map(({ name }) => name);
  for (const contract of contracts.filter((one) => written.includes(nameOf(one)))) {
    const file = join(directory, `${nameOf(contract)}.json`);
    const { code } = await format(file, JSON.stringify(contract, null, 2), { printWidth: 100 });
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, code);
  }
  return { written, refused: findings.filter(({ freezes }) => !freezes) };
}
