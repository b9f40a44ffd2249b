/** The reference of the environment variables, and `.env.example`, from the settings of host and modules. */
import { modules } from '../../modules/index.ts';
import { toText, variablesOf, type Variable } from '../../src/config/index.ts';

const HOST = 'The host';
const SHARED = 'Several modules';

/** The variables by who reads them: the host, several modules, one module. */
function chapters(): Map<string, Variable[]> {
  const found = new Map<string, Variable[]>([
    [HOST, []],
    [SHARED, []],
  ]);
  for (const variable of variablesOf(modules)) {
    const { owners } = variable;
    const [owner = ''] = owners;
    const title = owners.includes('host') ? HOST : owners.length > 1 ? SHARED : owner;
    found.set(title, [...(found.get(title) ?? []), variable]);
  }
  return found;
}

/** A chapter for each reader, with a table of its variables. */
export function tabulateVariables(): string {
  return [...chapters()]
    .map(([title, variables]) => {
      const rows = variables.map(({ name, default: value, description, allowed, owners }) => {
        const shown =
          value === undefined ? 'unset' : value === '' ? 'empty' : `\`${toText(value)}\``;
        const readers = title === SHARED ? `; read by ${owners.join(', ')}` : '';
        const range = allowed === 'at least 1 characters' ? 'a text' : allowed;
        return `| \`${name}\` | ${shown} | ${description}${readers} | ${range} |`;
      });
      const head = '| variable | default | meaning | may hold |\n| --- | --- | --- | --- |';
      return [`## ${title}`, [head, ...rows].join('\n')].join('\n\n');
    })
    .join('\n\n');
}

/** A value as a shell reads it. */
function shellText(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'object' ? `'${toText(value)}'` : toText(value);
}

/** A file of all variables with their defaults, commented out. */
export function exampleEnvironment(): string {
  const parts = [...chapters()].map(([title, variables]) => {
    const lines = variables.map(
      ({ name, default: value, description }) => `# ${description}\n#${name}=${shellText(value)}\n`,
    );
    return [`# --- ${title} ---\n`, ...lines].join('\n');
  });
  return `# The variables of Millrace; docs/reference/configuration.md says more. Made by npm run docs.
# Copy it to .env and start with: set -a && . ./.env && npm start

${parts.join('\n')}`;
}
