/** What a CPU profile says: the functions, and the packages, in which a process spent its time. */
import { readFileSync } from 'node:fs';

interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
}

/** Gives shares of the time that was not idle, in percent, the dearest first: `by` says of what. */
export function sharesOf(
  file: string,
  by: 'function' | 'package',
): Record<string, { percent: number }> {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8')) as Profile;
  const names = new Map(nodes.map((node) => [node.id, nameOf(node, by)]));
  const times = new Map<string, number>();
  for (const [i, id] of samples.entries()) {
    const name = names.get(id)!;
    if (name.startsWith('(idle)') || name.startsWith('(program)')) continue;
    times.set(name, (times.get(name) ?? 0) + timeDeltas[i]!);
  }
  const all = [...times.values()].reduce((sum, time) => sum + time, 0);
  const sorted = [...times].toSorted(([, a], [, b]) => b - a);
  return Object.fromEntries(sorted.map(([name, time]) => [name, { percent: (time * 100) / all }]));
}

function nameOf({ callFrame }: Profile['nodes'][number], by: 'function' | 'package'): string {
  const { functionName, url, lineNumber } = callFrame;
  if (url === '') return functionName || '(native)';
  const [, inside] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  const path = inside ?? url.replace(/^file:\/\/.*?\/(?=(src|modules|main)\b)/, '');
  if (by === 'package')
    return path
      .split('/')
      .slice(0, inside ? 2 : 3)
      .join('/');
  const file = inside ? `${inside}/${url.split('/').at(-1)}` : path;
  return `${functionName || '(anonymous)'} ${file}:${lineNumber + 1}`;
}
