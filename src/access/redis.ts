/** The rights that a process needs in Redis, derived from what its modules declare. */
import { keyBeside } from '../bus/connections.ts';
import { pausedKey } from '../bus/operate/pauses.ts';
import { deadLetterStream } from '../bus/recover/dead-letter.ts';
import { replayErrorsKey } from '../bus/recover/replay-errors.ts';
import { replayRequested } from '../bus/replay/requests.ts';
import type { Config } from '../config/index.ts';
import { ringKey } from '../metrics/ring.ts';
import { readModelOf, type Module } from '../module/module.ts';

/** Commands that may be used on keys, which are glob patterns: what Redis calls a selector. */
interface Grant {
  /** With blanks between. */
  commands: string;
  keys: readonly string[];
}

/** Commands of a connection, which name no keys. */
const CONNECTION: Grant = {
  commands:
    'info ping client|id client|setname client|unblock multi exec select time cluster|info cluster|slots',
  keys: [],
};

/** Each command inside a script is judged by itself, so a script may name any key. */
const SCRIPTS: Grant = { commands: 'eval evalsha', keys: ['*'] };

const INSPECT = 'exists xinfo|stream xinfo|groups xinfo|consumers xpending xrange';
const READ_AS_GROUP = `${INSPECT} xreadgroup xack xclaim xautoclaim xgroup|create xgroup|delconsumer`;
const OWN_STREAM = `${INSPECT} xadd xtrim xread xrevrange xgroup|destroy`;
/** Which groups are paused, beside the stream. */
const PAUSES = 'hgetall';
const OPERATE = `${INSPECT} xrevrange xgroup|setid xgroup|destroy`;
const DEAD_LETTERS = 'xadd xrange xrevrange xlen xtrim xdel';
const REPLAY_ERRORS = 'hmget hget hset hdel hscan del';
const ANSWER_REPLAYS = `${INSPECT} xadd xtrim hget hset hdel hexists hincrby`;
const READ_REPLAYS = `${READ_AS_GROUP} ${DEAD_LETTERS} del hset hmget pexpire`;
/** Modules keep what they like under their own names. */
const OWN_KEYS = '@string @hash @list @set @sortedset del exists expire pexpire ttl pttl';

/** The selectors of the user of a process that runs these modules, of all that there are. */
export function redisSelectors(
  modules: readonly Module[],
  all: readonly Module[],
  { REDIS_KEY_PREFIX }: Pick<Config, 'REDIS_KEY_PREFIX'>,
): string[] {
  const keyOf = (name: string): string => literal(REDIS_KEY_PREFIX) + name;
  const grants = [
    CONNECTION,
    SCRIPTS,
    ...shared(keyOf),
    ...modules.flatMap((module) => [
      ...ofModule(module, keyOf),
      ...(module.provides?.includes('requestHooks') ? ofOperator(all, keyOf) : []),
    ]),
  ];
  return merge(grants).map(toSelector);
}

/** What every process does, whatever it runs. */
function shared(keyOf: (name: string) => string): Grant[] {
  const instances = `{${keyOf('millrace:peers')}}`;
  const ring = ringKey(keyOf(''));
  const probes = ['millrace:probe', 'millrace:bus:probe'].map(keyOf);
  return [
    // A cluster has one for each of its masters.
    { commands: 'set', keys: probes.flatMap((probe) => [probe, `${probe}:*`]) },
    { commands: 'xadd xtrim pexpire xrange', keys: [ring] },
    { commands: 'set', keys: [`${ring}:sampled:*`] },
    { commands: 'rpush ltrim pexpire lrange', keys: [keyOf('millrace:bus:failures:*')] },
    { commands: 'xadd xrange xlen xtrim memory|usage', keys: [keyOf('millrace:bus:deliveries')] },
    {
      commands: 'zadd zrem zremrangebyscore zrangebyscore',
      keys: [instances, `${instances}:paths`, `${instances}:modules`],
    },
  ];
}

function ofModule(module: Module, keyOf: (name: string) => string): Grant[] {
  const { name, stream, provides = [], listens = [] } = module;
  const read = [...new Set(listens.map((contract) => contract.stream))];
  const own = keyOf(`millrace:${name}:*`);
  return [
    { commands: OWN_KEYS, keys: [own, `{${own}`] },
    ...read.flatMap((one) => asGroup(keyOf(one), name)),
    ...read.map((one) => ({ commands: 'hset hget', keys: [keyBeside(keyOf(one), 'positions')] })),
    ...(stream === undefined ? [] : ofOwner(stream, keyOf)),
    ...(stream === undefined || !provides.includes('eventHistory')
      ? []
      : answering(stream, name, keyOf)),
    ...[...(readModelOf(module)?.sources ?? [])].flatMap((one) => rebuilding(one, name, keyOf)),
  ];
}

/** Reads a stream as a group, without writing entries to it. Metrics count the dead letters of every group. */
function asGroup(key: string, group: string): Grant[] {
  return [
    { commands: READ_AS_GROUP, keys: [key] },
    { commands: PAUSES, keys: [pausedKey(key)] },
    { commands: DEAD_LETTERS, keys: [deadLetterStream(key, group)] },
    { commands: REPLAY_ERRORS, keys: [replayErrorsKey(key, group)] },
    { commands: 'xlen', keys: [deadLetterStream(key, '*')] },
  ];
}

function ofOwner(stream: string, keyOf: (name: string) => string): Grant[] {
  const key = keyOf(stream);
  return [
    { commands: OWN_STREAM, keys: [key] },
    { commands: 'xlen', keys: [deadLetterStream(key, '*')] },
    { commands: 'hgetall hdel', keys: [keyBeside(key, 'positions')] },
    { commands: 'hget hmget hset hincrby', keys: [keyBeside(key, 'marker')] },
    { commands: PAUSES, keys: [pausedKey(key)] },
  ];
}

/** Answers requests for replays of the stream that the module writes. */
function answering(stream: string, owner: string, keyOf: (name: string) => string): Grant[] {
  return [
    ...asGroup(keyOf(replayRequested(stream).stream), owner),
    {
      commands: ANSWER_REPLAYS,
      keys: [keyBeside(keyOf(stream), 'replay:*')],
    },
  ];
}

/** Asks for replays, reads and removes them. */
function rebuilding(stream: string, group: string, keyOf: (name: string) => string): Grant[] {
  const requests = keyOf(replayRequested(stream).stream);
  const replays = keyBeside(keyOf(stream), `replay:${group}:*`);
  return [
    { commands: `${INSPECT} xadd`, keys: [requests] },
    { commands: 'xrange xdel', keys: [deadLetterStream(requests, '*')] },
    { commands: 'hdel', keys: [replayErrorsKey(requests, '*')] },
    {
      commands: READ_REPLAYS,
      keys: [replays, deadLetterStream(replays, group)],
    },
  ];
}

/** The operator's calls, which arrive where requests do: every stream with its groups and dead letters. */
function ofOperator(all: readonly Module[], keyOf: (name: string) => string): Grant[] {
  const keys = all.flatMap(({ stream }) => (stream === undefined ? [] : [keyOf(stream)]));
  return [
    { commands: OPERATE, keys },
    { commands: `${PAUSES} hsetnx hdel`, keys: keys.map(pausedKey) },
    { commands: 'hset hdel', keys: keys.map((key) => keyBeside(key, 'positions')) },
    {
      commands: 'xrange xrevrange xlen xtrim xdel',
      keys: keys.map((key) => deadLetterStream(key, '*')),
    },
    { commands: 'hget hdel hscan del', keys: keys.map((key) => replayErrorsKey(key, '*')) },
  ];
}

/** One selector for all keys with the same commands. */
function merge(grants: readonly Grant[]): Grant[] {
  const byCommands = Map.groupBy(grants, ({ commands }) => commands);
  return [...byCommands.values()].map((same) => ({
    commands: same[0]!.commands,
    keys: [...new Set(same.flatMap(({ keys }) => keys))],
  }));
}

function toSelector({ commands, keys }: Grant): string {
  const words = [...commands.split(' ').map((one) => `+${one}`), ...keys.map((key) => `~${key}`)];
  return `(${words.join(' ')})`;
}

/** A text as a pattern that fits it alone. */
function literal(text: string): string {
  return text.replaceAll(/[*?[\]\\]/g, String.raw`\$&`);
}
