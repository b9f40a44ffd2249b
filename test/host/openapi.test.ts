/** The OpenAPI document: clean by a linter, and true of what is asked for and answered. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { test, type Test } from 'tap';
import { products } from '../../modules/products/index.ts';
import { as } from '../session.ts';
import { startSplitShop } from '../split.ts';
import { ADMIN_TOKEN, eventually, startTestHost, type TestHost } from '../support.ts';

const REDOCLY = join(import.meta.dirname, '../../node_modules/@redocly/cli/bin/cli.js');
const QUIET = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };

interface Operation {
  operationId: string;
  security: Record<string, string[]>[];
  requestBody?: { required: boolean };
  responses: Record<string, Response>;
}

interface Response {
  $ref?: string;
  headers?: object;
  content?: object;
}

interface Document {
  components: { responses: Record<string, Response> };
  paths: Record<string, Record<string, Operation>>;
}

async function read({ app }: TestHost): Promise<Document> {
  return (await app.inject('/openapi.json')).json<Document>();
}

const operationsOf = ({ paths }: Document) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

/** What Redocly's recommended rules find wrong with a document, warnings included. */
async function lint(t: Test, document: unknown): Promise<string[]> {
  const directory = t.testdir();
  const file = join(directory, 'openapi.json');
  writeFileSync(file, JSON.stringify(document));
  const found = await promisify(execFile)(
    process.execPath,
    [REDOCLY, 'lint', file, '--extends=recommended', '--format=json'],
    { cwd: directory, env: { ...process.env, ...QUIET } },
  ).catch((error: { stdout: string; stderr: string }) => error);
  const { problems } = JSON.parse(found.stdout) as {
    problems: { ruleId: string; message: string; location: { pointer?: string }[] }[];
  };
  return problems.map(
    ({ ruleId, message, location: [at] }) => `${ruleId} at ${at?.pointer}: ${message}`,
  );
}

/** A call with ids that nothing has; gives its status and what it says. */
async function ask(
  { app }: TestHost,
  { path, method }: { path: string; method: string },
  headers: Record<string, string> = {},
): Promise<{ status: number; detail: string }> {
  const url = path.replaceAll('{id}', '0-1').replaceAll(/\{\w+\}/g, 'unknown');
  // The answer of a feed has no end.
  const question = { method: method as 'GET', url, headers, payloadAsStream: true } as const;
  const answer = await app.inject(question);
  const body = answer.stream();
  if (answer.statusCode < 400) {
    body.destroy();
    return { status: answer.statusCode, detail: '' };
  }
  const { detail = '' } = (await json(body)) as { detail?: string };
  return { status: answer.statusCode, detail };
}

const answerIn = ({ paths }: Document, path: string, method: string, status: number) =>
  paths[path]?.[method]?.responses[status];

/** Who has no token yet may ask for one. */
const SIGN_IN = 'post /api/admin/sessions';
const isOperators = (path: string): boolean => path.startsWith('/api/admin/');
const operator = { authorization: `Bearer ${ADMIN_TOKEN}` };

test('a gateway gives one clean document of all processes', async (t) => {
  const shop = await startSplitShop(t);
  const document = await eventually('all have given theirs', async () => {
    const found = await read(shop);
    const paths = ['orders', 'sessions', 'products', 'admin/order-history/rebuild', 'payments'];
    return paths.every((path) => found.paths[`/api/${path}`]) && found;
  });
  t.same(await lint(t, document), []);
});

test('a role alone gives a clean document', async (t) => {
  t.same(await lint(t, await read(await startTestHost(t, { modules: [products] }))), []);
});

test('the document of one process', async (t) => {
  const host = await startTestHost(t);
  const document = await read(host);
  const operations = operationsOf(document);

  await t.test('is clean, as a linter sees it that sees faults', async (part) => {
    part.same(await lint(part, document), []);
    const faulty = structuredClone(document);
    delete (faulty.paths['/healthz']!['get'] as Partial<Operation>).security;
    part.match(await lint(part, faulty), [/^security-defined at .*healthz/]);
  });

  await t.test('says who may make a call', async (part) => {
    const begun = await host.app.inject({ method: 'POST', url: '/api/sessions' });
    const session = { authorization: `Bearer ${begun.json<{ token: string }>().token}` };
    const cookie = begun.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    for (const one of operations) {
      const { path, method } = one;
      const name = `${method} ${path}`;
      const ways = one.operation.security.map((way) => Object.keys(way).join('+'));
      const open = ways.length === 0 || ways.includes('');
      part.equal((await ask(host, one)).status === 401, !open, `${name} without anything`);
      part.equal(ways.includes('operator'), isOperators(path) && name !== SIGN_IN, name);
      if (ways.includes('operator')) part.not((await ask(host, one, operator)).status, 401, name);
      if (method !== 'get' && ways.some((way) => way.startsWith('sessionCookie'))) {
        part.ok(ways.includes('sessionCookie+csrfToken'), `${name} wants a CSRF token`);
        part.equal((await ask(host, one, { cookie })).status, 403, `${name} without CSRF token`);
      }
      // One of them would end the session.
      if (ways.includes('session') && method !== 'delete')
        part.not((await ask(host, one, session)).status, 401, name);
    }
  });

  await t.test('says which calls want a body, and an empty one is none', async (part) => {
    for (const one of operations) {
      const { path, method } = one;
      if (method === 'get' || path.includes('/webhooks/')) continue;
      const caller = isOperators(path) ? operator : as(host, 'alice');
      const without = await ask(host, one, caller);
      const wanted = one.operation.requestBody?.required ?? false;
      const refused = without.status === 400 && without.detail.startsWith('body: ');
      part.equal(refused, wanted, `${method} ${path} without a body: ${without.detail}`);
      for (const type of ['application/json', 'application/x-www-form-urlencoded', 'text/plain'])
        part.same(await ask(host, one, { ...caller, 'content-type': type }), without, type);
    }
  });

  await t.test('names every call, and has errors as problem documents', async (part) => {
    const names = operations.map(({ operation }) => operation.operationId);
    part.equal(new Set(names).size, names.length, 'no name is there twice');
    part.ok(names.includes('postOrdersByOrderIdCancel'));
    for (const { path, method, operation } of operations) {
      const problems = Object.entries(operation.responses).filter(([, { $ref }]) => $ref);
      part.ok(problems.length >= 2, `${method} ${path}`);
      for (const [status, { $ref = '' }] of problems) {
        const response = document.components.responses[$ref.split('/').at(-1)!];
        part.same(Object.keys(response?.content ?? {}), ['application/problem+json']);
        if (status === '429' || status === '503')
          part.match(response?.headers, { 'Retry-After': {} });
      }
    }
    part.match(answerIn(document, '/api/orders', 'post', 202), { headers: { Location: {} } });
    part.match(answerIn(document, '/api/products/{productId}/image', 'get', 200), {
      headers: { ETag: {} },
    });
    part.match(answerIn(document, '/api/orders/{orderId}/events', 'get', 200), {
      content: { 'text/event-stream': {} },
    });
  });
});
