/** The configuration: read once, typed, and helpful where it is wrong. */
import { test } from 'tap';
import { Type } from 'typebox';
import { modules } from '../../modules/index.ts';
import * as config from '../../src/config/index.ts';

const variables = config.variablesOf(modules);
const loadConfig = (environment: Record<string, string>) =>
  config.loadConfig(environment, modules) as Record<string, unknown>;

test('unset and empty variables have their defaults', (t) => {
  const loaded = loadConfig({ PORT: '' });
  t.equal(loaded.PORT, 3000);
  t.equal(loaded.REDIS_URL, undefined);
  t.equal(loaded.CURRENCY_DECIMALS, 0);
  t.end();
});

test('values are converted to their types', (t) => {
  t.equal(loadConfig({ PORT: '8080' }).PORT, 8080);
  t.equal(loadConfig({ BUS_CONCURRENCY: '16' }).BUS_CONCURRENCY, 16);
  t.end();
});

test('a wrong value is named, with what it held and what is allowed', (t) => {
  t.throws(() => loadConfig({ PORT: 'http' }), {
    code: 'CONFIG_INVALID',
    message: /PORT holds "http", allowed: a whole number from 0 to 65535/,
  });
  t.throws(() => loadConfig({ LOG_LEVEL: 'loud' }), {
    message: /LOG_LEVEL holds "loud", allowed: trace, debug, info/,
  });
  t.throws(() => loadConfig({ BUS_BLOCK_MS: '1.5', PORT: '-1' }), {
    message: /PORT(.|\n)*BUS_BLOCK_MS/,
  });
  t.end();
});

test('what a text must be is said in words', (t) => {
  const cases: [string, string, RegExp][] = [
    ['ADMIN_TOKEN', 'short', /allowed: at least 16 characters \(/],
    ['MONGODB_DATABASE_PREFIX', 'a b', /holds "a b", allowed: 1 to 40 letters, digits, _ or - \(/],
    ['CURRENCY', 'eur', /holds "eur", allowed: the three capital letters/],
    ['ADVERTISE_URL', 'http://shop/path', /allowed: http:\/\/HOST:PORT or .* without a path/],
    ['ADVERTISE_URL', 'http://shop:99999', /holds "http:\/\/shop:99999", allowed: http:/],
    ['CORS_ORIGINS', '*', /allowed: origins such as https:/],
    ['TRUST_PROXY', 'true', /holds "true", allowed: addresses and networks such as 10\.0\.0\.0\/8/],
    ['TRUST_PROXY', '10.0.0.0/33', /allowed: addresses and networks/],
    ['REDIS_URL', 'localhost:6379', /allowed: redis:\/\/\[USER:PASSWORD@\]HOST:PORT/],
    [
      'REDIS_URL',
      'redis://host:99999',
      /REDIS_URL holds a value that does not fit, allowed: redis:/,
    ],
    ['REDIS_URL', 'redis://:pass/word@host', /REDIS_URL holds a value that does not fit/],
    ['REDIS_URL', 'redis://host/name', /REDIS_URL holds a value that does not fit/],
  ];
  for (const [name, value, message] of cases)
    t.throws(() => loadConfig({ [name]: value }), { message }, `${name}=${value}`);
  for (const TRUST_PROXY of ['127.0.0.1', '10.0.0.0/8, ::1/128,loopback', '10.0.0.0/255.0.0.0'])
    t.equal(loadConfig({ TRUST_PROXY }).TRUST_PROXY, TRUST_PROXY);
  t.end();
});

test('what is wrong in a list is named by its path, with what is expected', (t) => {
  const method = { id: 'a', name: 'A', price: 1, minDays: 1, maxDays: 2 };
  const cases: [unknown, RegExp][] = [
    ['[{', /^DELIVERY_METHODS holds what is not JSON, allowed: a JSON list of/],
    ['"a"', /at \/ what must be array, allowed: a JSON list/],
    [{}, /at \/ what must be array/],
    [[{ ...method, price: 4.99 }], /at \/0\/price what must be integer/],
    [[method, { ...method, id: 'b', price: -1 }], /at \/1\/price what must be >= 0/],
    [[{ id: 'a' }], /at \/0 what must have required properties name, price, minDays, maxDays/],
    [[{ ...method, cost: 1 }], /at \/0/],
    [[{ ...method, maxDays: 0 }], /at \/0 what must have no more minDays than maxDays/],
    [
      [{ ...method, countries: ['DE', 'ZZ'] }],
      /at \/0\/countries\/1 what must be the two capital letters of a country/,
    ],
    [[{ ...method, name: ' ' }], /at \/0\/name what must have a visible character/],
    [[method, method], /at \/ what must not have two methods with one id/],
  ];
  for (const [value, message] of cases) {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    t.throws(() => loadConfig({ DELIVERY_METHODS: text }), { code: 'CONFIG_INVALID', message });
  }
  t.same(loadConfig({ DELIVERY_METHODS: JSON.stringify([method]) }).DELIVERY_METHODS, [method]);
  t.same(loadConfig({ DELIVERY_METHODS: '[]' }).DELIVERY_METHODS, []);
  t.end();
});

test('no message shows a pattern: every text with one has words for it', (t) => {
  for (const { name, schema } of variables) if ('pattern' in schema) t.ok('form' in schema, name);
  t.end();
});

test('a number is one in decimals, as it is, and a blank is none', (t) => {
  const wrong = [
    'false',
    'true',
    ' ',
    '\t',
    '1.5',
    '1.0',
    '1e3',
    '9e15',
    '0x10',
    '+1',
    '-0',
    '007',
  ];
  for (const name of ['RATE_LIMIT_PER_MINUTE', 'SESSION_TTL_MS', 'BUS_BLOCK_MS', 'PORT'])
    for (const text of [...wrong, ' 5000', '5000 ', '5_000', '5,000', '9000000000000000000'])
      t.throws(() => loadConfig({ [name]: text }), {
        code: 'CONFIG_INVALID',
        message: `${name} holds ${JSON.stringify(text)}, allowed: `,
      });
  for (const text of ['.5', '1e-1', '0,5', 'true', '-0', '1.', '0x1', ' '])
    t.throws(() => loadConfig({ IDENTITY_MIN_SCORE: text }), { message: /^IDENTITY_MIN_SCORE / });
  for (const text of ['0', '1', '0.25', '0.50'])
    t.equal(loadConfig({ IDENTITY_MIN_SCORE: text }).IDENTITY_MIN_SCORE, Number(text));
  t.end();
});

test('no variable may be blank', (t) => {
  for (const { name } of variables)
    t.throws(() => loadConfig({ [name]: ' '.repeat(20) }), { message: new RegExp(`^${name} `) });
  t.end();
});

test('every number has an end, and every time is one that can be waited for, from now and back', (t) => {
  for (const { name, schema } of variables) {
    const { type, maximum } = schema as { type?: string; maximum?: number };
    if (type !== 'integer' && type !== 'number') continue;
    t.type(maximum, 'number', `${name} has a maximum`);
    if (!name.endsWith('_MS')) continue;
    t.ok(new Date(Date.now() + maximum!).getUTCFullYear() < 3000, name);
    t.ok(Date.now() - maximum! > 0, name);
    const most = Object.entries(loadConfig({ [name]: String(maximum) })).find(
      ([of]) => of === name,
    );
    t.equal(most?.[1], maximum);
    t.throws(() => loadConfig({ [name]: String(maximum! + 1) }), { code: 'CONFIG_INVALID' });
  }
  t.end();
});

test('a secret that does not fit is not repeated', (t) => {
  const MONGODB_URL = 'postgres://user:hunter2@host/db';
  t.throws(() => loadConfig({ MONGODB_URL }), {
    message: /^MONGODB_URL holds a value that does not fit((?!hunter2).)*$/s,
  });
  t.end();
});

test('every variable says who reads it, and what two have in common is declared once', (t) => {
  const ownersOf = (name: string) => variables.find((one) => one.name === name)?.owners;
  t.same(ownersOf('PORT'), ['host']);
  t.same(ownersOf('BODY_LIMIT_BYTES'), ['host', 'gateway']);
  t.same(ownersOf('SESSION_TTL_MS'), ['gateway']);
  t.same(ownersOf('CURRENCY'), ['products', 'orders', 'payments', 'order-history', 'storefront']);
  t.equal(new Set(variables.map(({ name }) => name)).size, variables.length);
  const port = Type.Integer({ default: 1 });
  const other = { name: 'other', settings: Type.Object({ PORT: port }) };
  t.throws(() => config.loadConfig({}, [other]), {
    message: 'PORT is declared differently by host and other',
  });
  t.end();
});

test('a module is given its own settings, of a configuration that was read for it', (t) => {
  const settings = Type.Object({ LENGTH: Type.Integer({ default: 5 }) });
  const ears = { name: 'ears', settings };
  const loaded = config.loadConfig({ LENGTH: '7', PORT: '1' }, [ears]);
  t.same(config.settingsOf(loaded, ears), { LENGTH: 7 });
  t.throws(() => config.settingsOf(config.loadConfig({}), ears), { message: /settings of ears/ });
  t.end();
});
