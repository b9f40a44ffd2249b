/** The reference of the events and the diagram of the streams, from the AsyncAPI document. */
import { typeOf, type Schema } from './types.ts';

interface Fields extends Schema {
  properties: Record<string, Schema>;
  required: string[];
}

interface Message {
  title: string;
  description?: string;
  headers: Fields;
  payload: Fields;
}

export interface AsyncApi {
  channels: Record<string, { messages: Record<string, Message> }>;
  operations: Record<
    string,
    {
      action: 'send' | 'receive';
      tags: { name: string }[];
      channel: { $ref: string };
      messages: { $ref: string }[];
    }
  >;
}

interface Use {
  module: string;
  action: 'send' | 'receive';
  stream: string;
  messages: ReadonlySet<string>;
}

const lastOf = (ref: string): string => ref.split('/').at(-1) ?? '';

/** Who sends to which stream, and who receives what of it. */
const usesOf = ({ operations }: AsyncApi): Use[] =>
  Object.values(operations).map(({ action, tags, channel, messages }) => ({
    module: tags[0]?.name ?? '',
    action,
    stream: lastOf(channel.$ref),
    messages: new Set(messages.map(({ $ref }) => lastOf($ref))),
  }));

/** A chapter for each stream: who writes it, who reads it, its events and the data of each. */
export function describeEvents(document: AsyncApi): string {
  const uses = usesOf(document);
  return Object.entries(document.channels)
    .map(([stream, { messages }]) => {
      const ofStream = uses.filter((use) => use.stream === stream);
      const named = (action: Use['action'], message?: string) =>
        ofStream
          .filter((use) => use.action === action && (!message || use.messages.has(message)))
          .map(({ module }) => `\`${module}\``)
          .join(', ');
      const events = Object.entries(messages).map(([name, message]) =>
        [
          `### ${message.title}`,
          [
            `Key: \`${keyOf(message)}\`.`,
            `Handled by ${named('receive', name) || 'nobody of ours'}.`,
            message.description,
          ]
            .filter(Boolean)
            .join(' '),
          `\`\`\`ts\ntype ${name} = ${typeOf(message.payload)};\n\`\`\``,
        ].join('\n\n'),
      );
      return [
        `## ${stream}`,
        `Written by ${named('send')}, read by ${named('receive')}.`,
        ...events,
      ].join('\n\n');
    })
    .join('\n\n');
}

/** The field that orders an event: the documents say it of the field `key`. */
const keyOf = ({ headers }: Message): string =>
  /the field (\w+)$/.exec(headers.properties['key']?.description ?? '')?.[1] ?? 'key';

/** The name of a node in a diagram. */
const id = (name: string): string => name.replaceAll('-', '_');

/** The modules, the streams, and who writes and reads which, as a mermaid diagram. */
export function drawStreams(document: AsyncApi): string {
  const uses = usesOf(document);
  return [
    '```mermaid',
    'flowchart LR',
    ...new Set(uses.map(({ module }) => `  ${id(module)}[${module}]`)),
    ...Object.keys(document.channels).map((stream) => `  ${stream}[(${stream})]`),
    ...uses
      .filter(({ action }) => action === 'send')
      .map(({ module, stream }) => `  ${id(module)} ==> ${stream}`),
    ...uses
      .filter(({ action }) => action === 'receive')
      .map(({ module, stream }) => `  ${stream} --> ${id(module)}`),
    '```',
  ].join('\n');
}
