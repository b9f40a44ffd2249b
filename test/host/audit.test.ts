/** The audit log: no change by an operator without an entry, and what an entry says. */
import { test, type Test } from 'tap';
import { defineModule, recordChange, type Module, type Operator } from '../../src/index.ts';
import type { AuditEntryResponse } from '../../src/http/admin/audit/routes.ts';
import { ADMIN_TOKEN, startTestHost, type TestHost } from '../support.ts';

/** Notes what it is told, and says so; it can fail after that. */
function notebook() {
  const notes: string[] = [];
  const module = defineModule({
    name: 'notebook',
    provides: ['adminRoutes'],
    setup: () => ({
      adminRoutes(app) {
        app.post<{ Params: { id: string }; Body: { note: string; fails?: boolean } }>(
          '/notes/:id',
          { config: { role: 'support' }, schema: { summary: 'Notes' } },
          async (request) => {
            const before = notes.join();
            notes.push(request.body.note);
            const after = notes.join();
            recordChange(request, { target: `notes/${request.params.id}`, before, after });
            if (request.body.fails) throw new Error('the page is torn');
            return { notes };
          },
        );
        app.get('/notes', () => ({ notes }));
        app.delete('/notes', () => notes.splice(0));
      },
    }),
  });
  return { module, notes };
}

const admin = { authorization: `Bearer ${ADMIN_TOKEN}` };

const start = (t: Test, module: Module): Promise<TestHost> =>
  startTestHost(t, { modules: [module] });

function note(host: TestHost, payload: object, headers: Record<string, string> = admin) {
  return host.app.inject({ method: 'POST', url: '/api/admin/notes/7', headers, payload });
}

interface Page {
  items: AuditEntryResponse[];
  nextCursor: string | null;
}

async function pageOf(host: TestHost, query: string): Promise<Page> {
  const answer = await host.app.inject({ url: `/api/admin/audit${query}`, headers: admin });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return answer.json<Page>();
}

const entries = async (host: TestHost, query = '') => (await pageOf(host, query)).items;

/** The headers of an operator whom another process has let in. */
const forwarded = (host: TestHost, method: string, path: string, operator: Operator) =>
  host.internalTokens.forward({ method, url: new URL(path, 'http://here'), operator });

test('every change has one entry: who, what, what was sent, before, after and how it ended', async (t) => {
  const { module } = notebook();
  const host = await start(t, module);
  await note(host, { note: 'first' });
  await note(host, { note: 'second', fails: true });
  await note(host, { note: 'refused' }, {});
  await host.app.inject({ url: '/api/admin/notes', headers: admin });
  const [second, first, ...more] = await entries(host);
  t.same(more, []);
  t.match(first, {
    who: 'ADMIN_TOKEN',
    role: 'admin',
    action: 'POST /api/admin/notes/:id',
    summary: 'Notes',
    path: '/api/admin/notes/7',
    target: 'notes/7',
    body: { note: 'first' },
    before: '',
    after: 'first',
    outcome: { status: 200 },
  });
  t.match(second, {
    before: 'first',
    after: 'first,second',
    outcome: { status: 500, problem: 'internal-error' },
  });
});

test('secrets and what is known of a customer are left out, and much is cut', async (t) => {
  const { module } = notebook();
  const host = await start(t, module);
  await note(host, {
    note: 'x'.repeat(100_000),
    password: 'a mill by the stream',
    deeper: [{ newPassword: 'another mill', token: 'abc', email: 'ann@example.com' }],
    many: Array.from({ length: 20_000 }, (_, i) => i),
  });
  const [entry] = await entries(host);
  const text = JSON.stringify(entry);
  t.notMatch(text, /mill|abc|ann@/);
  t.match(text, /"password":"\(left out\)"/);
  t.ok(text.length < 70_000, `${text.length} characters`);
});

test('where the log cannot be written the call is a 503, and nothing changes', async (t) => {
  const { module, notes } = notebook();
  const host = await start(t, module);
  const { mongodb, databasePrefix } = host.env;
  const database = mongodb.db(`${databasePrefix}host`);
  const refuse = (validator: object) => database.command({ collMod: 'audit', validator });
  t.teardown(() => refuse({}));
  await refuse({ nobody: 'writes this' });
  const answer = await note(host, { note: 'lost' });
  t.equal(answer.statusCode, 503);
  t.match(answer.json(), { type: 'urn:millrace:problem:audit-unavailable' });
  const removal = await host.app.inject({
    method: 'DELETE',
    url: '/api/admin/notes',
    headers: admin,
  });
  t.equal(removal.statusCode, 503);
  t.same(notes, []);
  await refuse({});
  t.equal((await note(host, { note: 'kept' })).statusCode, 200);
  t.same(notes, ['kept']);
});

test('an entry whose end could not be written stays, and says that its outcome is not known', async (t) => {
  const { module } = notebook();
  const host = await start(t, module);
  const { mongodb, databasePrefix } = host.env;
  const database = mongodb.db(`${databasePrefix}host`);
  const refuse = (validator: object) => database.command({ collMod: 'audit', validator });
  t.teardown(() => refuse({}));
  await refuse({ outcome: { $exists: false } });
  t.equal((await note(host, { note: 'first' })).statusCode, 200);
  await refuse({});
  t.match(await entries(host), [{ target: 'notes/7', outcome: null, body: { note: 'first' } }]);
});

test('the role that a call takes is asked for: below it nothing happens', async (t) => {
  const { module, notes } = notebook();
  const host = await start(t, module);
  const as = (role: Operator['role'], method: string, path = '/api/admin/notes/7') =>
    forwarded(host, method, path, { name: `${role}@example.com`, role });
  const refused = await note(host, { note: 'a' }, as('viewer', 'POST'));
  t.equal(refused.statusCode, 403);
  t.match(refused.json(), { type: /role-too-low/, detail: /takes the role support.*is viewer/ });
  t.equal((await note(host, { note: 'b' }, as('support', 'POST'))).statusCode, 200);
  const headers = as('support', 'DELETE', '/api/admin/notes');
  const url = '/api/admin/notes';
  t.equal((await host.app.inject({ method: 'DELETE', url, headers })).statusCode, 403);
  const shown = await host.app.inject({ url, headers: as('viewer', 'GET', url) });
  t.same(shown.json(), { notes: ['b'] });
  const audit = '/api/admin/audit';
  const log = await host.app.inject({ url: audit, headers: as('support', 'GET', audit) });
  t.equal(log.statusCode, 403);
  t.same(notes, ['b']);
  t.match(await entries(host), [{ who: 'support@example.com', role: 'support' }]);
});

test('entries are found by who, action, target and time, in pages', async (t) => {
  const { module } = notebook();
  const host = await start(t, module);
  for (const one of ['a', 'b', 'c']) await note(host, { note: one });
  const url = '/api/admin/notes';
  await host.app.inject({ method: 'DELETE', url, headers: admin });
  const seen: unknown[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: Page = await pageOf(host, `?limit=1&target=notes/${cursor && `&cursor=${cursor}`}`);
    seen.push(...page.items.map(({ body }) => (body as { note: string }).note));
    cursor = page.nextCursor;
  }
  t.same(seen, ['c', 'b', 'a']);
  t.equal((await entries(host, '?action=DELETE')).length, 1);
  t.equal((await entries(host, '?action=POST%20/api/admin/notes/:id')).length, 3);
  t.equal((await entries(host, '?who=nobody')).length, 0);
  t.equal((await entries(host, `?to=2000-01-01T00:00:00Z`)).length, 0);
  t.equal((await entries(host, `?from=2000-01-01T00:00:00Z`)).length, 4);
  const csv = await host.app.inject({
    url: '/api/admin/audit?format=csv&target=notes/',
    headers: admin,
  });
  t.match(csv.headers['content-type'], /text\/csv/);
  t.equal(csv.body.trim().split('\r\n').length, 4, 'a header and three entries');
  t.match(csv.body, /ADMIN_TOKEN,admin,POST \/api\/admin\/notes\/:id,Notes,notes\/7,200/);
  const wrong = await host.app.inject({ url: '/api/admin/audit?cursor=x', headers: admin });
  t.equal(wrong.statusCode, 400);
});
