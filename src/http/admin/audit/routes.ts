/** The call on the audit log: who has changed what, the last change first. */
import { Type, type Static } from 'typebox';
import type { App } from '../../../module/module.ts';
import { csvQuery, jsonOrCsv, sendCsv, type CsvColumns } from '../../csv.ts';
import { decodeCursor, encodeCursor, invalidCursor } from '../../cursor.ts';
import { Role } from '../../operator.ts';
import type { AuditEntry, AuditFilter, AuditLog, AuditPosition } from './log.ts';
import { Nullable } from '../../nullable.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;

const AuditEntryResponse = Type.Object({
  id: Type.String(),
  at: Type.String({ format: 'date-time', description: 'When the call began' }),
  who: Type.String({ description: 'The e-mail of the operator, or ADMIN_TOKEN' }),
  role: Role,
  action: Type.String({ description: 'The method and the route' }),
  summary: Type.Optional(Type.String({ description: 'What the call does' })),
  path: Type.String(),
  target: Type.String({ description: 'What it was done to' }),
  body: Type.Optional(
    Type.Unknown({ description: 'What was sent, without secrets, cut where it is long' }),
  ),
  before: Type.Optional(
    Type.Unknown({ description: 'The values that were changed, as they were' }),
  ),
  after: Type.Optional(Type.Unknown({ description: 'The same, as they are since' })),
  outcome: Nullable(
    Type.Object({
      status: Type.Integer(),
      problem: Type.Optional(Type.String({ description: 'The kind of problem' })),
    }),
    { description: 'null: not known; the call is under way, or its process ended meanwhile' },
  ),
  requestId: Type.String(),
  process: Type.String({ description: 'The host and the number of the process' }),
});
export type AuditEntryResponse = Static<typeof AuditEntryResponse>;

const Position = Type.String({ pattern: '^[0-9]{1,16}-[0-9a-f]{24}$' });

const list = {
  config: { role: 'admin' },
  schema: {
    summary: 'The audit log: what operators have changed, the last first',
    querystring: Type.Object(
      {
        who: Type.Optional(Type.String({ maxLength: 320 })),
        action: Type.Optional(
          Type.String({
            maxLength: 300,
            pattern: '^(POST|PUT|PATCH|DELETE)( /[^ ]*)?$',
            description: 'A method, or one and how a route begins: `POST /api/admin/payments`',
          }),
        ),
        target: Type.Optional(
          Type.String({ maxLength: 300, description: 'How it begins: `products/1000`' }),
        ),
        from: Type.Optional(Type.String({ format: 'date-time' })),
        to: Type.Optional(Type.String({ format: 'date-time', description: 'Before this time' })),
        ...csvQuery,
        cursor: Type.Optional(Type.String({ maxLength: 200 })),
        limit: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: MAX_LIMIT,
            description: `Default: ${DEFAULT_LIMIT}`,
          }),
        ),
      },
      { additionalProperties: false },
    ),
    response: {
      200: jsonOrCsv(
        Type.Object({
          items: Type.Array(AuditEntryResponse),
          nextCursor: Nullable(Type.String()),
        }),
        'A page; as CSV all entries that fit, from the cursor on',
      ),
    },
  },
} as const;

/** Adds the call. */
export function auditRoutes(app: App, log: AuditLog): void {
  app.get('/audit', list, async ({ query }, reply) => {
    const { cursor, format, limit = DEFAULT_LIMIT } = query;
    const [filter, after] = [filterOf(query), positionOf(cursor)];
    if (format === 'csv')
      return sendCsv(reply, { name: 'audit', columns: COLUMNS, rows: all(log, filter, after) });
    const found = await log.list(filter, after, limit + 1);
    const last = found.length > limit ? found[limit - 1] : undefined;
    return {
      items: found.slice(0, limit).map(present),
      nextCursor: last ? encodeCursor(`${last.at.getTime()}-${last.call}`) : null,
    };
  });
}

const COLUMNS: CsvColumns<AuditEntry> = {
  at: ({ at }) => at,
  who: ({ who }) => who,
  role: ({ role }) => role,
  action: ({ method, route }) => `${method} ${route}`,
  summary: ({ summary }) => summary,
  target: ({ target }) => target,
  status: ({ outcome }) => outcome?.status ?? 'not known',
  problem: ({ outcome }) => outcome?.problem,
  before: ({ before }) => before,
  after: ({ after }) => after,
  body: ({ body }) => body,
  path: ({ path }) => path,
  requestId: ({ requestId }) => requestId,
  process: ({ process }) => process,
};

/** All entries that fit, a page at a time. */
async function* all(
  log: AuditLog,
  filter: AuditFilter,
  from: AuditPosition | undefined,
): AsyncGenerator<AuditEntry> {
  let after = from;
  do {
    const page = await log.list(filter, after, MAX_LIMIT);
    yield* page;
    after = page.length < MAX_LIMIT ? undefined : page.at(-1);
  } while (after);
}

function filterOf(query: Static<typeof list.schema.querystring>): AuditFilter {
  const { who, action, target, from, to } = query;
  const [method, route] = action?.split(' ') ?? [];
  return {
    who,
    action: method === undefined ? undefined : { method, ...(route !== undefined && { route }) },
    target,
    from: from === undefined ? undefined : new Date(from),
    to: to === undefined ? undefined : new Date(to),
  };
}

function positionOf(cursor: string | undefined) {
  if (cursor === undefined) return undefined;
  const [at, call] = decodeCursor(Position, cursor)?.split('-') ?? [];
  if (at === undefined || call === undefined) throw invalidCursor();
  return { at: new Date(Number(at)), call };
}

function present(entry: AuditEntry): AuditEntryResponse {
  const { call, at, method, route, summary, body, before, after, outcome = null, ...rest } = entry;
  return {
    ...rest,
    id: call,
    at: at.toISOString(),
    action: `${method} ${route}`,
    ...(summary !== undefined && { summary }),
    outcome,
    ...parsed({ body, before, after }),
  };
}

/** The values of those texts that are there. */
function parsed(texts: Record<string, string | undefined>): Record<string, unknown> {
  const there = Object.entries(texts).filter(([, text]) => text !== undefined);
  return Object.fromEntries(there.map(([name, text]) => [name, JSON.parse(text!) as unknown]));
}
