/** The operator looks at dead letters: how many of which cause, a list of them, one whole with its schema. */
import { Type } from 'typebox';
import {
  compareIds,
  describeFields,
  type Bus,
  type DeadLetterFilter,
  type DeadLetterPage,
  type EventContract,
} from '../../../bus/index.ts';
import type { App } from '../../../module/module.ts';
import { DomainError } from '../../errors.ts';
import { knownStream } from '../known-group.ts';
import { filterOf, isGone, pick } from './find.ts';
import {
  DeadLetterDetail,
  DeadLetterGroups,
  DeadLetterList,
  entryId,
  filterFields,
  group,
  MAX,
  ofOne,
  params,
} from './schemas.ts';

const DEFAULT_LIMIT = 100;
/** Characters of a page of filtered dead letters; one that is larger comes alone. */
const PAGE_SIZE = 1_000_000;
/** Groups of dead letters that are given: the largest. */
const GROUPS = 1000;

const groups = {
  schema: {
    summary: 'The dead letters of all streams, counted by consumer group, event and cause',
    response: { 200: DeadLetterGroups },
  },
};

const list = {
  schema: {
    summary: 'Dead letters of a stream, oldest first',
    description: 'A filter wants the `group`. `total` is of all pages.',
    params,
    querystring: Type.Object(
      {
        group: Type.Optional(group),
        ...filterFields,
        from: Type.Optional(entryId),
        limit: Type.Optional(
          Type.Integer({ minimum: 1, maximum: MAX, description: `Default: ${DEFAULT_LIMIT}` }),
        ),
      },
      { additionalProperties: false },
    ),
    response: { 200: DeadLetterList },
  },
};

const detail = {
  schema: {
    summary: 'One dead letter, with the schema of its event and what does not fit',
    params: ofOne,
    querystring: Type.Object({ group }, { additionalProperties: false }),
    response: { 200: DeadLetterDetail },
  },
};

/** Adds the calls that change nothing. */
export function lookingRoutes(app: App, bus: Bus): void {
  app.get('/dead-letters', groups, () => countAll(bus));

  app.get('/streams/:stream/dead-letters', list, async ({ params: { stream }, query }) => {
    const { group: of, from, limit = DEFAULT_LIMIT } = query;
    const state = await knownStream(bus, stream);
    const filter = filterOf(query);
    if (filter && of === undefined)
      throw new DomainError('invalid', 'filter-without-group', 'A filter wants the `group`, too.');
    if (filter && of !== undefined)
      return listMeant(bus, { stream, group: of }, filter, from, limit);
    const names = of === undefined ? state.groups.map((each) => each.group) : [of];
    const letters = names.map((each) => bus.deadLetters(stream, each));
    const counts = await Promise.all(letters.map((each) => each.count()));
    const pages = await Promise.all(letters.map((each) => each.page(from ?? '-', limit)));
    return { ...merge(pages, limit), total: counts.reduce((sum, count) => sum + count, 0) };
  });

  app.get('/streams/:stream/dead-letters/:id', detail, async (request) => {
    const { stream, id } = request.params;
    const { group: of } = request.query;
    await knownStream(bus, stream);
    const index = bus.deadLetterIndex(stream, of);
    const { letters } = await bus.deadLetters(stream, of).page(id, 1);
    const [letter] = letters;
    if (letter?.id !== id) throw isGone(id, of);
    const header = await headerOf(bus, stream, of, id);
    const validated = index.validate(letter.originId, letter.fields);
    // Of one that is not whole nothing can be said but what it is.
    const { conforms, violations } =
      letter.cutFrom === undefined ? validated : { conforms: 'unknown' as const, violations: [] };
    return {
      ...letter,
      cause: header?.cause ?? '',
      type: validated.type,
      v: validated.v,
      conforms,
      violations,
      key: validated.contract?.key ?? null,
      schema: validated.contract ? schemaOf(validated.contract) : null,
      replays: await index.replayErrors(id),
    };
  });
}

async function headerOf(bus: Bus, stream: string, of: string, id: string) {
  for await (const { headers } of bus.deadLetterIndex(stream, of).scan({ upTo: id }, id))
    return headers[0];
  return undefined;
}

async function countAll(bus: Bus) {
  const read = bus.allStreams().map(async (stream) => {
    const state = await bus.inspect(stream);
    const counted = (state?.groups ?? []).map(async ({ group: name }) => {
      const { causes, total, others } = await bus.deadLetterIndex(stream, name).counts();
      return { total, others, items: causes.map((cause) => ({ stream, group: name, ...cause })) };
    });
    return Promise.all(counted);
  });
  const all = (await Promise.all(read)).flat();
  const items = all.flatMap((each) => each.items).toSorted((a, b) => b.count - a.count);
  const cut = items.slice(GROUPS).reduce((sum, { count }) => sum + count, 0);
  return {
    total: all.reduce((sum, { total }) => sum + total, 0),
    others: all.reduce((sum, { others }) => sum + others, cut),
    items: items.slice(0, GROUPS),
  };
}

/** A page of those that a filter means. */
async function listMeant(
  bus: Bus,
  of: { stream: string; group: string },
  filter: DeadLetterFilter,
  from: string | undefined,
  limit: number,
) {
  const index = bus.deadLetterIndex(of.stream, of.group);
  const { ids, next } = await pick({ bus, ...of }, filter, from, limit);
  const deadLetters = bus.deadLetters(of.stream, of.group);
  const items = [];
  let size = 0;
  let left: string | null = next;
  for (const id of ids) {
    const { letters } = await deadLetters.page(id, 1);
    const [letter] = letters;
    if (letter?.id !== id) continue;
    size += JSON.stringify(letter.fields).length;
    if (items.length > 0 && size > PAGE_SIZE) {
      left = id;
      break;
    }
    items.push(letter);
  }
  return { items, total: await totalOf(index, filter), nextCursor: left };
}

/** Without bounds of time it is counted already. */
async function totalOf(index: ReturnType<Bus['deadLetterIndex']>, filter: DeadLetterFilter) {
  const { type, cause, ...bounds } = filter;
  const { causes, others } = await index.counts();
  if (Object.keys(bounds).length > 0 || others > 0) return index.count(filter);
  return causes
    .filter((one) => (type ?? one.type) === one.type && (cause ?? one.cause) === one.cause)
    .reduce((sum, { count }) => sum + count, 0);
}

function schemaOf(contract: EventContract) {
  const { envelope, data } = describeFields(contract);
  return {
    required: [...envelope.required, ...data.required],
    properties: { ...envelope.properties, ...data.properties },
  };
}

/**
 * The pages of several groups as one. A dead letter after one that is not in its page is left for the
 * next, and those of one id stay together, so that every page goes on where the last has ended.
 */
function merge(pages: readonly DeadLetterPage[], limit: number) {
  const deadLetters = pages
    .flatMap((page) => page.letters)
    .toSorted((a, b) => compareIds(a.id, b.id));
  const [unread] = pages.flatMap(({ next }) => next ?? []).toSorted(compareIds);
  const last = deadLetters[limit - 1]?.id;
  const items = deadLetters.filter(
    ({ id }) =>
      (last === undefined || compareIds(id, last) <= 0) &&
      (unread === undefined || compareIds(id, unread) < 0),
  );
  const left = [deadLetters[items.length]?.id, unread].filter((id) => id !== undefined);
  return { items, nextCursor: left.toSorted(compareIds)[0] ?? null };
}
