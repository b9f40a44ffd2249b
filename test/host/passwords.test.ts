/** No log, no message and no answer shows a password of an engine, whatever goes wrong. */
import { test } from 'tap';
import { startGuardedMongodb, startRedis } from '../guarded-engines.ts';
import { refusedStart, startProcess } from '../process.ts';
import { eventually, openTestEnvironment } from '../support.ts';

/** Characters that a URL has to write otherwise; what is looked for is the same in both. */
const PASSWORD = 'hunter2@s/e:c?ret%';
const IN_URL = encodeURIComponent(PASSWORD);
const SHOWN = /hunter2/;
/** Nothing listens there. */
const NOWHERE = '127.0.0.1:1';
/** Both outputs, in one. */
const BOTH = ['sh', '-c', `exec '${process.execPath}' "$0" "$@" 1>&2`] as const;

test('a process that does not start', async (t) => {
  const { environment } = await openTestEnvironment(t);
  const redis = `127.0.0.1:${(await startRedis(t, '--requirepass', 'right')).port}`;
  const mongodb = await startGuardedMongodb(t);
  const login = `shop:${IN_URL}@`;
  for (const [what, variables] of Object.entries({
    'Redis: wrong': { REDIS_URL: `redis://${login}${redis}` },
    'Redis: unreachable': { REDIS_URL: `redis://${login}${NOWHERE}` },
    'Redis: not decodable': { REDIS_URL: `redis://shop:${PASSWORD.slice(0, 7)}%zz@${redis}` },
    'Redis: not a URL': { REDIS_URL: `redis://${login}${redis}:x` },
    'Redis: another scheme': { REDIS_URL: `http://${login}${redis}` },
    'Redis: no such file': { REDIS_URL: `rediss://${login}${redis}?tlsCAFile=/nowhere.pem` },
    'Sentinel: unreachable': {
      REDIS_URL: `redis+sentinel://${login}${NOWHERE}/main?sentinelPassword=${IN_URL}`,
    },
    'Sentinel: it is none': { REDIS_URL: `redis+sentinel://${login}${redis}/main` },
    'Sentinel: not a URL': { REDIS_URL: `redis+sentinel://${login}127.0.0.1:x/main` },
    'Cluster: wrong': { REDIS_URL: `redis+cluster://${login}${redis},${NOWHERE}` },
    'Cluster: unreachable': { REDIS_URL: `redis+cluster://${login}${NOWHERE}` },
    'Cluster: not a URL': { REDIS_URL: `redis+cluster://${login}127.0.0.1:x` },
    'MongoDB: wrong': { MONGODB_URL: mongodb.url('root', PASSWORD) },
    'MongoDB: unreachable': { MONGODB_URL: `mongodb://${login}${NOWHERE}` },
    'MongoDB: not a URL': { MONGODB_URL: `mongodb://${login}127.0.0.1:x` },
    'MongoDB: not encoded': { MONGODB_URL: `mongodb://shop:${PASSWORD}@${NOWHERE}` },
    'MongoDB: no such option': { MONGODB_URL: `mongodb://${login}${NOWHERE}/?no=such` },
  })) {
    const all = { ...environment, LOG_LEVEL: 'trace', ...variables };
    const said = await refusedStart(t, all, BOTH);
    t.notMatch(said, SHOWN, what);
    // Lines of the log may come after the message, since they are written in the background.
    const message = said.split('\n').filter((line) => !line.startsWith('{'));
    t.match(
      message.join('\n'),
      new RegExp(Object.keys(variables)[0]!),
      `${what}: its message says what to correct`,
    );
  }
});

test('a process that loses its Redis for a while', async (t) => {
  const env = await openTestEnvironment(t);
  const redis = await startRedis(t, '--requirepass', PASSWORD);
  const millrace = await startProcess(t, env, {
    LOG_LEVEL: 'trace',
    REDIS_URL: `redis://:${IN_URL}@127.0.0.1:${redis.port}`,
  });
  const answers: string[] = [];
  const ask = async (path: string, method = 'GET'): Promise<number> => {
    const response = await fetch(millrace.url + path, { method });
    answers.push(await response.text());
    return response.status;
  };
  await eventually('it is ready', async () => (await ask('/readyz')) === 200);
  redis.signal('SIGSTOP');
  await eventually('it is not ready', async () => (await ask('/readyz')) === 503);
  for (const path of ['/api/products', '/api/products/nothing', '/metrics']) await ask(path);
  await ask('/api/sessions', 'POST');
  redis.signal('SIGCONT');
  await eventually('it is ready again', async () => (await ask('/readyz')) === 200);
  t.equal(await millrace.end('SIGTERM'), 0);
  t.notMatch(answers.join('\n'), SHOWN, 'no answer shows it');
  t.notMatch(JSON.stringify(millrace.logs), SHOWN, 'no line of the log shows it');
  t.ok(millrace.logs.length > 0);
});
