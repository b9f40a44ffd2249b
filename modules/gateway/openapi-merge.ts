/** One OpenAPI document of all modules, wherever they run. */
import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import type { ModuleContext, Instance } from '#host';

/** How long the documents of others are kept, and how long one may take to come, in ms. */
const KEPT_MS = 5000;
const ANSWER_MS = 1000;

/** Where a process shows its document. */
const SHOWN = new Set(['/openapi.json', '/docs/json']);

const Named = Type.Record(Type.String(), Type.Unknown());

const Document = Type.Object({
  paths: Type.Optional(Named),
  components: Type.Optional(Type.Record(Type.String(), Named)),
  tags: Type.Optional(Type.Array(Type.Object({ name: Type.String() }))),
});

export type Document = Static<typeof Document>;

/** What it takes to ask other processes. */
type Others = Pick<ModuleContext, 'registry' | 'internalTokens' | 'log'>;

const Received = Compile(Document);

/** Adds to the process's own document what others say of the modules that run there. */
export function mergeDocuments(app: FastifyInstance, context: Others): void {
  let kept: Promise<Document[]> | undefined;
  let until = 0;
  const others = (): Promise<Document[]> => {
    if (!kept || performance.now() > until) {
      kept = collect(context);
      until = performance.now() + KEPT_MS;
    }
    return kept;
  };
  app.addHook('preSerialization', async (request, _reply, payload) => {
    const shown = SHOWN.has(request.routeOptions.url ?? '') && !request.forwarded;
    return shown ? merge(payload as Document, await others()) : payload;
  });
}

/**
 * A document with what others have besides; where both name the same, the first is right. In the order
 * of names, so that it is the same wherever modules run.
 */
export function merge(own: Document, others: readonly Document[]): Document {
  const all = [own, ...others].toReversed();
  const kinds = byName(all.map(({ components = {} }) => components));
  const merged = (kind: string) => byName(all.map(({ components }) => components?.[kind] ?? {}));
  const tags = all.map(({ tags: some = [] }) =>
    Object.fromEntries(some.map((tag) => [tag.name, tag])),
  );
  return {
    ...own,
    paths: byName(all.map(({ paths = {} }) => paths)),
    components: Object.fromEntries(Object.keys(kinds).map((kind) => [kind, merged(kind)])),
    tags: Object.values(byName(tags)),
  };
}

/** One object of several; where they name the same, the last is right. */
function byName<Value>(all: readonly Record<string, Value>[]): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(Object.assign({}, ...all) as Record<string, Value>).toSorted(([one], [other]) =>
      one < other ? -1 : 1,
    ),
  );
}

/** The documents of the others, one for each set of modules; who does not answer is left out. */
async function collect(context: Others): Promise<Document[]> {
  const { instances } = await context.registry.list();
  const alike = Map.groupBy(instances, ({ modules }) => modules.toSorted().join());
  const found = await Promise.all([...alike.values()].map((some) => firstOf(some, context)));
  return found.filter((document) => document !== undefined);
}

async function firstOf(
  instances: readonly Instance[],
  { internalTokens, log }: Others,
): Promise<Document | undefined> {
  for (const instance of instances) {
    const url = new URL('/openapi.json', instance.url);
    try {
      const response = await fetch(url, {
        headers: internalTokens.forward({ method: 'GET', url }),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const document: unknown = await response.json();
      if (Received.Check(document)) return document;
    } catch (error) {
      log.debug({ err: error, url: instance.url }, 'a process did not give its document');
    }
  }
  return undefined;
}
