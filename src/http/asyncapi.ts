/** The AsyncAPI document of a process: the streams and events of its modules, from their contracts. */
import type { FastifyInstance, RouteShorthandOptions } from 'fastify';
import { describeFields, type EventContract } from '../bus/index.ts';
import type { Module } from '../module/module.ts';

export interface AsyncapiOptions {
  modules: readonly Module[];
  version: string;
  /** What the key of every stream begins with. */
  keyPrefix: string;
}

const DESCRIPTION = `The events of an event-driven commerce backend, on Redis Streams.

An entry of a stream is flat text fields, for which an object of texts stands here. The headers and
the payload of a message stand in it side by side. A text stands as it is, and everything else as JSON, which \`contentSchema\` describes.
Events come at least once, and in order by their key. Readers ignore fields that they do not know.`;

/** The address is the operator's business, and the document is for everyone: it names none. */
const REDIS = {
  host: '{host}:{port}',
  protocol: 'redis',
  description: 'The Redis that REDIS_URL names',
  variables: { host: { default: '127.0.0.1' }, port: { default: '6379' } },
};

/** Adds `/asyncapi.json`, as a route with these options. */
export function serveAsyncapi(
  app: FastifyInstance,
  route: RouteShorthandOptions,
  options: AsyncapiOptions,
): void {
  const document = describeStreams(options);
  app.get('/asyncapi.json', route, () => document);
}

/** Makes the document, AsyncAPI 3.0: what the modules send and receive, and how it looks on the wire. */
function describeStreams({ modules, version, keyPrefix }: AsyncapiOptions): object {
  const contracts = modules.flatMap((module) => [...publishedBy(module), ...readersOf(module)]);
  const streams = Map.groupBy(new Set(contracts), ({ stream }) => stream);
  return {
    asyncapi: '3.0.0',
    id: 'urn:millrace',
    info: {
      title: 'Millrace',
      version,
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers: { redis: REDIS },
    channels: Object.fromEntries(
      [...streams].map(([stream, ofStream]) => [
        stream,
        {
          address: keyPrefix + stream,
          messages: Object.fromEntries(ofStream.map((one) => [nameOf(one), describeMessage(one)])),
        },
      ]),
    ),
    operations: Object.fromEntries(modules.flatMap(describeOperations)),
  };
}

const publishedBy = ({ publishes = [] }: Module): readonly EventContract[] => publishes;

const readersOf = ({ listens = [] }: Module): readonly EventContract[] => listens;

/** Generators make types, functions and files of the names, and one type of each version. */
const pascal = (text: string): string =>
  text
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');

const nameOf = ({ type, v }: EventContract): string => `${pascal(type)}V${v}`;

const operationOf = (module: string, action: 'Sends' | 'Receives', stream: string): string => {
  const name = pascal(module) + action + pascal(stream.toLowerCase());
  return name.slice(0, 1).toLowerCase() + name.slice(1);
};

function describeMessage(contract: EventContract): object {
  const { type, v, untyped } = contract;
  const { envelope, data } = describeFields(contract);
  const name = nameOf(contract);
  return {
    name,
    title: `${type}, version ${v}`,
    ...(untyped && { description: 'An entry without the field `type` may mean this event.' }),
    headers: { $id: `${name}Headers`, ...envelope },
    payload: { $id: name, ...data },
  };
}

/** One for the stream that the module writes, and one for each that it reads. */
function describeOperations(module: Module): [name: string, operation: object][] {
  const { name } = module;
  const tags = [{ name }];
  const sent = [...Map.groupBy(publishedBy(module), ({ stream }) => stream)];
  const received = [...Map.groupBy(readersOf(module), ({ stream }) => stream)];
  return [
    ...sent.map(([stream, contracts]): [string, object] => [
      operationOf(name, 'Sends', stream),
      { action: 'send', summary: `What ${name} publishes`, tags, ...refer(stream, contracts) },
    ]),
    ...received.map(([stream, contracts]): [string, object] => [
      operationOf(name, 'Receives', stream),
      {
        action: 'receive',
        summary: `What ${name} handles of ${stream}`,
        description: `Its consumer group is \`${name}\`.`,
        tags,
        ...refer(stream, contracts),
      },
    ]),
  ];
}

function refer(stream: string, contracts: readonly EventContract[]): object {
  const channel = `#/channels/${stream}`;
  return {
    channel: { $ref: channel },
    messages: contracts.map((one) => ({ $ref: `${channel}/messages/${nameOf(one)}` })),
  };
}
