/** The reference of the environment variables, and `.env.example`, from the settings of host and modules. */
import { modules } from '../../modules/index.ts';
import { variablesOf, type Variable } from '../../src/config/index.ts';

/** The variables of each owner, or of those who share some. */
const byOwners = (): [owners: string, variables: Variable[]][] => [
  ...Map.groupBy(variablesOf(modules), ({ owners }) => owners.join(', ')),
];

/** A chapter for each owner, with a table of its variables. */
export function tabulateVariables(): string {
  return byOwners()
    .map(([owners, variables]) => {
      const rows = variables.map(({ name, default: value, description, allowed }) => {
        const shown = value === undefined ? 'unset' : value === '' ? 'empty' : `\`${value}\``;
        return `| \`${name}\` | ${shown} | ${description} | ${allowed} |`;
      });
      const head = '| variable | default | meaning | may hold |\n| --- | --- | --- | --- |';
      return [`## ${owners}`, [head, ...rows].join('\n')].join('\n\n');
    })
    .join('\n\n');
}

/** A file of all variables with their defaults, commented out. */
export function exampleEnvironment(): string {
  const parts = byOwners().map(([owners, variables]) => {
    const lines = variables.map(
      ({ name, default: value, description }) => `# ${description}\n#${name}=${value ?? ''}\n`,
    );
    return [`# --- ${owners} ---\n`, ...lines].join('\n');
  });
  return `# The variables of Millrace; docs/reference/configuration.md says more. Made by npm run docs.
# Copy it to .env and start with: set -a && . ./.env && npm start

${parts.join('\n')}`;
}
