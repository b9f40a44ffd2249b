/** The AsyncAPI document: valid, complete, and true of the entries that are published. */
import { Parser } from '@asyncapi/parser';
import { test } from 'tap';
import { Compile } from 'typebox/schema';
import { modules } from '../../modules/index.ts';
import { payments } from '../../modules/payments/index.ts';
import { ended, entriesOf, place, seed } from '../shop.ts';
import { eventually, startTestHost, type TestHost } from '../support.ts';

interface Fields {
  required: string[];
  properties: Record<string, { contentSchema?: object; [keyword: string]: unknown }>;
}

interface Document {
  channels: Record<
    string,
    { address: string; messages: Record<string, { headers: Fields; payload: Fields }> }
  >;
  operations: Record<string, { action: string; messages: { $ref: string }[] }>;
}

async function read({ app }: Pick<TestHost, 'app'>): Promise<Document> {
  const response = await app.inject('/asyncapi.json');
  if (response.statusCode !== 200) throw new Error(response.body);
  return response.json<Document>();
}

/** `order.payment_failed` of version 1 is `OrderPaymentFailedV1`. */
const messageOf = (type: unknown, v: unknown): string =>
  `${String(type)}.v${String(v)}`.replaceAll(/(?:^|[._])(\w)/g, (_, first: string) =>
    first.toUpperCase(),
  );

/** What `order-history` hears of `ORDERS_STREAM` is `orderHistoryReceivesOrdersStream`. */
const operationOf = (module: string, action: 'send' | 'receive', stream: string): string =>
  `${module}-${action}s-${stream}`
    .toLowerCase()
    .replaceAll(/[-_](\w)/g, (_, first: string) => first.toUpperCase());

test('the document is valid AsyncAPI 3', async (t) => {
  const { app } = await startTestHost(t);
  const response = await app.inject('/asyncapi.json');
  t.match(response.headers['content-type'], /^application\/json/);
  const { document, diagnostics } = await new Parser().parse(response.body);
  // That there is an AsyncAPI 3.1 is no fault of a document of version 3.0.
  const told = diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version');
  t.same(
    told.map(({ code, message, path }) => `${code} at ${path.join('/')}: ${message}`),
    [],
  );
  t.equal(document?.version(), '3.0.0');
  t.equal(document?.operations().length, Object.keys((await read({ app })).operations).length);
});

test('generators can name what they make of it, and do not take one thing for another', async (t) => {
  const { app } = await startTestHost(t);
  const { document } = await new Parser().parse((await app.inject('/asyncapi.json')).body);
  if (!document) throw new Error('the document is not valid');
  const messages = document.messages().all();
  const schemas = messages.flatMap((one) => [one.headers()?.id(), one.payload()?.id()]);
  const names = [
    ...schemas,
    ...document
      .operations()
      .all()
      .map((one) => one.id()),
    ...document
      .channels()
      .all()
      .map((one) => one.id()),
  ];
  for (const name of names) t.match(name, /^[A-Za-z]\w*$/);
  t.equal(new Set(names).size, names.length, 'no name is there twice');
  for (const one of messages) {
    t.equal(one.name(), one.payload()?.id(), 'a message is named as what it carries');
    t.equal(one.contentType(), 'application/json');
  }
});

test('every event that a module publishes or listens to is in the document', async (t) => {
  const host = await startTestHost(t);
  const { channels, operations } = await read(host);
  let count = 0;
  for (const { name, publishes = [], listens = [] } of modules) {
    const told = [
      ...publishes.map((contract) => ['send', contract] as const),
      ...listens.map((contract) => ['receive', contract] as const),
    ];
    for (const [action, { stream, type, v }] of told) {
      const message = messageOf(type, v);
      const operation = operations[operationOf(name, action, stream)];
      t.equal(operation?.action, action, `${name} has an operation to ${action} on ${stream}`);
      const $ref = `#/channels/${stream}/messages/${message}`;
      t.ok(
        operation?.messages.some((one) => one.$ref === $ref),
        `${name} ${action}s ${message}`,
      );
      t.ok(channels[stream]?.messages[message], `${stream} has ${message}`);
      count += 1;
    }
  }
  t.ok(count >= 20, `${count} events were looked for`);
  for (const [stream, { address }] of Object.entries(channels))
    t.equal(address, host.env.keyPrefix + stream, 'its address is its key in Redis');
});

test('entries as they are published fit the document', async (t) => {
  const host = await startTestHost(t);
  await seed(host, [{ productId: 'a', price: 649, stockQty: 2 }]);
  t.equal((await ended(host, await place(host, { a: 2 }))).orderStatusCode, 3);
  t.equal((await ended(host, await place(host, { a: 1 }))).orderStatusCode, -1);
  await eventually('both ends are told', async () => {
    const types = (await entriesOf(host, 'ORDERS_STREAM')).map(({ type }) => type);
    return types.includes('order.paid') && types.includes('order.rejected');
  });

  const seen = new Set<string>();
  for (const [stream, { messages }] of Object.entries((await read(host)).channels)) {
    for (const entry of await entriesOf(host, stream)) {
      const name = messageOf(entry['type'], entry['v']);
      const message = messages[name];
      if (!message) throw new Error(`${stream} has ${name}, which the document does not know`);
      seen.add(name);
      for (const fields of [message.headers, message.payload])
        t.same(misfits(fields, entry), [], `${name} fits`);
      const described = { ...message.headers.properties, ...message.payload.properties };
      t.same(
        Object.keys(entry).filter((field) => !described[field]),
        [],
        `every field of ${name} is described`,
      );
    }
  }
  for (const name of ['OrderPlacedV1', 'OrderAcceptedV1', 'PaymentProcessedV1'])
    t.ok(seen.has(name), `${name} was among them`);
});

/** Where an entry does not fit a schema, the JSON in its fields included. */
function misfits(schema: Fields, entry: Record<string, string>): string[] {
  return [
    ...faults('', schema, entry),
    ...Object.entries(schema.properties).flatMap(([field, { contentSchema }]) => {
      const text = entry[field];
      return contentSchema && text !== undefined
        ? faults(field, contentSchema, JSON.parse(text))
        : [];
    }),
  ];
}

function faults(path: string, schema: object, value: unknown): string[] {
  const [fits, errors] = Compile(schema).Errors(value);
  return fits ? [] : errors.map(({ instancePath, message }) => path + instancePath + message);
}

test('a schema that an entry does not fit is noticed', (t) => {
  const schema = {
    type: 'object',
    required: ['a'],
    properties: { a: { type: 'string' }, n: { contentSchema: { type: 'integer' } } },
  };
  t.same(misfits(schema, { a: 'x', n: '1' }), []);
  t.equal(misfits(schema, { n: '1' }).length, 1, 'a field that is missing');
  t.equal(misfits(schema, { a: 'x', n: '"1"' }).length, 1, 'JSON of another type');
  t.end();
});

test('a role alone documents what it sends and hears, and names no engine', async (t) => {
  const host = await startTestHost(t, { modules: [payments] });
  const document = await read(host);
  t.same(Object.keys(document.operations).toSorted(), [
    ...new Set(
      [
        ...(payments.publishes ?? []).map(({ stream }) => operationOf('payments', 'send', stream)),
        ...(payments.listens ?? []).map(({ stream }) => operationOf('payments', 'receive', stream)),
      ].toSorted(),
    ),
  ]);
  const heard = Object.keys(document.channels['ORDERS_STREAM']?.messages ?? {});
  t.ok(heard.includes('OrderAcceptedV1'));
  t.notOk(heard.includes('OrderPlacedV1'), 'what it does not listen to is left out');
  const text = JSON.stringify(document);
  for (const url of [host.env.redisUrl, host.env.mongodbUrl])
    t.notOk(text.includes(new URL(url).host));
});
