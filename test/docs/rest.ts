/** The reference of the REST calls, from the OpenAPI document. */
import { typeOf, type Schema } from './types.ts';

type Content = Record<string, { schema?: Schema }>;

interface Parameter {
  in: string;
  name: string;
  required?: boolean;
  description?: string;
  schema: Schema;
}

interface Response {
  description?: string;
  headers?: Record<string, { description?: string }>;
  content?: Content;
}

interface Operation {
  tags?: string[];
  summary?: string;
  description?: string;
  security?: Record<string, unknown>[];
  /** Of an operator's call: who may make it. */
  'x-role'?: string;
  parameters?: Parameter[];
  requestBody?: { content: Content };
  responses: Record<string, Response>;
}

export interface OpenApi {
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
}

/** Those whom every module's reader looks for last. */
const LAST = ['operator', 'host'];

/** A chapter for each module, the operator and the host: a table of its calls, then each call. */
export function describeCalls({ tags, paths }: OpenApi): string {
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );
  return tags
    .toSorted((a, b) => LAST.indexOf(a.name) - LAST.indexOf(b.name))
    .map(({ name: tag, description }) => {
      const ofTag = calls.filter(({ operation }) => operation.tags?.includes(tag));
      const rows = ofTag.map(
        ({ name, operation }) =>
          `| \`${name}\` | ${statusesOf(operation).join(', ')} | ${cell(operation.summary)} |`,
      );
      return [
        `## ${tag}`,
        `${description}.`,
        ['| call | answers | does |', '| --- | --- | --- |', ...rows].join('\n'),
        ...ofTag.map(describeCall),
      ].join('\n\n');
    })
    .join('\n\n');
}

const cell = (text = ''): string => text.replaceAll('|', '\\|');

/** The answers that are no problem document. */
const statusesOf = ({ responses }: Operation): string[] =>
  Object.keys(responses).filter((status) => Number(status) < 400);

function describeCall({ name, operation }: { name: string; operation: Operation }): string {
  const { summary, description, parameters = [], requestBody, responses } = operation;
  // What a path names is plain where nothing is said of it.
  const shown = parameters.filter((one) => one.in !== 'path' || meaningOf(one) !== '');
  const rows = shown.map(
    (one) =>
      `| \`${one.name}\` | ${one.in}${one.required ? ', required' : ''} | \`${cell(typeOf(one.schema))}\` | ${meaningOf(one)} |`,
  );
  return [
    `### \`${name}\``,
    [summary, description, callersOf(operation)].filter(Boolean).join('. ') + '.',
    rows.length > 0 &&
      ['| parameter | in | type | means |', '| --- | --- | --- | --- |', ...rows].join('\n'),
    requestBody && describeBody('Body', requestBody.content),
    ...statusesOf(operation).flatMap((status) => {
      const { content, description: about = '', headers = {} } = responses[status]!;
      const sent = Object.entries(headers).map(
        ([header, { description: means }]) => `Header \`${header}\`: ${means}.`,
      );
      const body = content ? describeBody(`\`${status}\``, content) : `\`${status}\`: ${about}.`;
      return [body, ...sent];
    }),
  ]
    .filter((part) => typeof part === 'string')
    .join('\n\n');
}

const meaningOf = ({ description, schema }: Parameter): string =>
  cell(description ?? schema.description);

/** Who may call, in words. */
function callersOf({ security = [], 'x-role': role }: Operation): string {
  const schemes = security.flatMap((way) => Object.keys(way));
  if (schemes.includes('operator')) return `For operators, from the role \`${role}\` on`;
  if (!schemes.includes('session')) return 'For everybody';
  return security.some((way) => Object.keys(way).length === 0)
    ? 'For everybody, with a session or without'
    : 'With a session';
}

function describeBody(title: string, content: Content): string {
  return Object.entries(content)
    .map(([media, { schema = {} }]) => {
      const about = schema.description ? `: ${schema.description}` : '';
      const type = typeOf(schema);
      const shown = /^[\w |]+$/.test(type) ? '' : `\n\n\`\`\`ts\ntype Body = ${type};\n\`\`\``;
      return `${title}, \`${media}\`${about}${shown || '.'}`;
    })
    .join('\n\n');
}
