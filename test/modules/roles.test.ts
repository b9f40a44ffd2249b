/** What each role may do, by the API's own list of its calls; and that every change is in the audit log. */
import { t as file, test, type Test } from 'tap';
import type { AuditEntryResponse } from '../../src/http/admin/audit/routes.ts';
import { call, operator, type SignedIn } from '../operators.ts';
import { startSplitShop } from '../split.ts';
import { eventually, startTestHost, type TestHost } from '../support.ts';
import { guest } from './gateway/client.ts';
import { arrangeSupportCalls, make, type Example } from './support-calls.ts';

// Passwords are hashed, and a shop of many processes starts: a busy machine takes its time.
file.setTimeout(600_000);

/** What everybody who is signed in does with their own account. */
const OWN = new Set([
  'POST /api/admin/me/password',
  'DELETE /api/admin/sessions/current',
  'POST /api/admin/sessions',
]);

/** A change under `/api/admin`, by the OpenAPI document, and who may make it. */
interface Change {
  route: string;
  role: string;
}

async function changesOf({ app }: TestHost): Promise<Change[]> {
  const { paths } = (await app.inject('/openapi.json')).json<{
    paths: Record<string, Record<string, { 'x-role'?: string }>>;
  }>();
  return Object.entries(paths)
    .filter(([path]) => path.startsWith('/api/admin/'))
    .flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([method]) => method !== 'get')
        .map(([method, operation]) => ({
          route: `${method.toUpperCase()} ${path}`,
          role: operation['x-role'] ?? 'nobody said',
        })),
    );
}

/** What the modules' databases hold, once nothing is under way any more, and how long the streams are. */
async function contentOf({ env: { mongodb, databasePrefix, redis, keyPrefix } }: TestHost) {
  const read = async (): Promise<string> => {
    const { databases } = await mongodb.db().admin().listDatabases({ nameOnly: true });
    const names = databases
      .map(({ name }) => name)
      .filter((name) => name.startsWith(databasePrefix));
    const collections = (await Promise.all(names.map((name) => mongodb.db(name).collections())))
      .flat()
      // Whoever is signed in uses a session, and the host notes that it runs.
      .filter(({ namespace }) => !/operatorSessions$|host\.(handled|probes)$/.test(namespace));
    const documents = await Promise.all(
      collections.map(async (one) => [one.namespace, await one.find().sort({ _id: 1 }).toArray()]),
    );
    const lengths = await Promise.all(
      ['ORDERS', 'PRODUCTS', 'PAYMENTS', 'SESSIONS', 'IDENTITY'].map((name) =>
        redis.xlen(`${keyPrefix}${name}_STREAM`),
      ),
    );
    return JSON.stringify([documents, lengths]);
  };
  let before = await read();
  return eventually('nothing is under way', async () => {
    const now = await read();
    const isSame = now === before;
    before = now;
    return isSame && now;
  });
}

/** A call of a route: the example of it, or with what names nothing. */
function attempt(
  host: TestHost,
  { route }: Change,
  examples: Example[],
  as: Record<string, string>,
) {
  const example = examples.find((one) => one.route === route);
  if (example) return make(host, example, as);
  const [method = '', path = ''] = route.split(' ');
  return host.app.inject({
    method,
    url: path.replaceAll(/\{\w+\}/g, 'x'),
    headers: as,
  });
}

async function tryRoles(t: Test, host: TestHost): Promise<void> {
  const examples = await arrangeSupportCalls(host);
  const viewer = await operator(host, 'viewer');
  const support = await operator(host, 'support');
  const customer = await guest(host);
  const changes = await changesOf(host);
  t.ok(changes.length > 20, `${changes.length} calls change something`);
  t.same(
    changes
      .filter(({ role }) => role === 'support')
      .map(({ route }) => route)
      .toSorted(),
    examples.map(({ route }) => route).toSorted(),
    'each call of a support is tried here',
  );

  const before = await contentOf(host);
  for (const change of changes.filter(({ route }) => !OWN.has(route))) {
    t.ok(['support', 'admin'].includes(change.role), `${change.route} says who may make it`);
    const refused = await attempt(host, change, examples, viewer.headers);
    t.equal(refused.statusCode, 403, `${change.route} of a viewer`);
    t.match(refused.json(), { type: 'urn:millrace:problem:role-too-low' });
    for (const nobody of [{}, { authorization: `Bearer ${customer.token}` }])
      t.equal((await attempt(host, change, examples, nobody)).statusCode, 401, change.route);
    if (change.role !== 'admin') continue;
    const also = await attempt(host, change, examples, support.headers);
    t.equal(also.statusCode, 403, `${change.route} of a support`);
  }
  t.equal(await contentOf(host), before, 'nothing has changed');
  await makeAll(t, host, examples, support);
}

/** Every change of a support is in the audit log, with before and after. */
async function makeAll(t: Test, host: TestHost, examples: Example[], support: SignedIn) {
  for (const example of examples) {
    const { route, mayConflict = false } = example;
    const answer = await make(host, example, support.headers);
    t.ok(answer.statusCode < 300 || mayConflict, `${route}: ${answer.statusCode} ${answer.body}`);
    const log = await call(host, 'GET', '/audit?limit=1&who=support@example.com');
    const [entry] = log.json<{ items: AuditEntryResponse[] }>().items;
    t.match(entry, {
      who: support.email,
      role: 'support',
      action: route.replaceAll(/\{(\w+)\}/g, ':$1'),
      outcome: { status: answer.statusCode },
    });
    if (!mayConflict) t.ok(entry && 'after' in entry, `${route} says what it has changed`);
  }
  const price = await call(host, 'GET', '/audit?target=products/a&action=PATCH');
  t.match(price.json<{ items: AuditEntryResponse[] }>().items, [
    { before: { price: 1000 }, after: { price: 900 } },
  ]);
}

test('a viewer changes nothing, a support what is a support’s, and each change is audited', async (t) => {
  await tryRoles(t, await startTestHost(t));
});

test('likewise where each module runs in a process of its own', async (t) => {
  await tryRoles(t, await startSplitShop(t));
});
