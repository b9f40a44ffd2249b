/** The configuration: read once, typed, and helpful where it is wrong. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { loadConfig, settings } from '../../src/config/index.ts';

test('unset and empty variables have their defaults', (t) => {
  const config = loadConfig({ PORT: '' });
  t.equal(config.PORT, 3000);
  t.equal(config.REDIS_URL, undefined);
  t.equal(config.CURRENCY_DECIMALS, 0);
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

test('a secret that does not fit is not repeated', (t) => {
  const MONGODB_URL = 'postgres://user:hunter2@host/db';
  t.throws(() => loadConfig({ MONGODB_URL }), {
    message: /^MONGODB_URL holds a value that does not fit((?!hunter2).)*$/s,
  });
  t.end();
});

test('the README documents every variable', (t) => {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  const missing = Object.keys(settings.properties).filter(
    (name) => !readme.includes(`\`${name}\``),
  );
  t.same(missing, []);
  t.end();
});
