/** MILLRACE_TEST_ENGINES is read as it is written, or refused by name. */
import { test } from 'tap';
import { findRedis } from '../../engines/locate.mjs';
import { pathOf } from '../servers.ts';
import { parseNamed, versionOf } from './named.ts';

test('servers to test on are named with their programs, and a name that does not fit is refused', (t) => {
  t.same(parseNamed('redis-8.6=/opt/a b/redis-server, valkey=/v'), [
    { name: 'redis-8.6', path: '/opt/a b/redis-server' },
    { name: 'valkey', path: '/v' },
  ]);
  for (const wrong of ['', '/opt/redis-server', 'redis=', 'redis=relative', 'a/b=/opt/x', 'a=/x,'])
    t.throws(() => parseNamed(wrong), /^MILLRACE_TEST_ENGINES: ".*" is not NAME=\/FULL\/PATH/);
  t.throws(() => parseNamed('a=/x,a=/y'), /^MILLRACE_TEST_ENGINES names a twice/);
  t.end();
});

test('a program that is no Redis and no Valkey is refused', (t) => {
  t.match(versionOf({ name: 'own', path: pathOf(findRedis()) }), /^(Redis|Valkey) \d+\.\d+/);
  const name = 'other';
  t.throws(
    () => versionOf({ name, path: process.execPath }),
    /MILLRACE_TEST_ENGINES: .*is no redis/,
  );
  t.throws(
    () => versionOf({ name, path: '/nowhere' }),
    /MILLRACE_TEST_ENGINES: other does not start/,
  );
  t.end();
});
