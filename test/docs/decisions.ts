/** The list of the decisions, from their headings. */
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export function listDecisions(root: string): string {
  return globSync('docs/decisions/0*.md', { cwd: root })
    .toSorted()
    .map((file) => {
      const [, number, title] =
        /^# (\d+)\. (.*)/.exec(readFileSync(join(root, file), 'utf8')) ?? [];
      return `- [${number}. ${title}](${basename(file)})`;
    })
    .join('\n');
}
