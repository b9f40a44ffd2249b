/** The budget of an order: what one costs in MongoDB, in Redis, in CPU and in trips, and where. */
import { Redis } from 'ioredis';
import { withEngines, type TestEnvironment } from '../engines.ts';
import type { Figures } from '../load.ts';
import { startMongodbProxy, type Count, type MongodbProxy } from '../mongodb-proxy.ts';
import type { Finding, Measured, Row, Scale } from '../row.ts';
import { openMillrace, startLoad, type Load } from '../shops.ts';

const IN_FLIGHT = 16;
const RUN_MS = 5000;
/** How long an answer of MongoDB is held where trips are counted, in ms: much more than it takes. */
const HOLD_MS = 60;
/** The driver's own requests. A commit of a transaction, which is one to `admin` too, is an order's. */
const NOT_OF_ORDERS = / (hello|ping|endSessions)$/;

export const budget: Row = {
  name: 'budget',
  about: 'what an order costs, by statements, trips and commands',
  measure: (scale) => withEngines('both', (env) => measure(env, scale)),
};

async function measure(env: TestEnvironment, { short }: Scale): Promise<Measured> {
  const proxy = await startMongodbProxy(env.mongodbUrl);
  const { shop, stop } = await openMillrace({ ...env, mongodbUrl: proxy.url });
  const load = await startLoad(shop);
  const redis = new Redis(env.redisUrl);
  try {
    await load.run({ inFlight: IN_FLIGHT, ms: short ? 200 : RUN_MS });
    proxy.counts.clear();
    await redis.config('RESETSTAT');
    const figures = await load.run({ inFlight: IN_FLIGHT, ms: short ? 500 : RUN_MS });
    const counts = structuredClone(proxy.counts);
    const commands = await commandsOf(redis, figures);
    const trips = await countTrips(proxy, load, short);
    return {
      findings: [
        ...mongodbFindings(counts, figures.placed),
        commandFinding(commands, figures.placed),
        trips.finding,
      ],
      details: {
        'MongoDB an order': byStatement(counts, figures.placed),
        'Redis commands an order': byCommand(commands, figures.placed),
        'MongoDB trips in sequence, of an order alone': trips.steps,
      },
    };
  } finally {
    redis.disconnect();
    await load.stop();
    await stop();
    await proxy.stop();
  }
}

const ofOrders = (counts: ReadonlyMap<string, Count>): [string, Count][] =>
  [...counts].filter(([kind]) => !NOT_OF_ORDERS.test(kind));

function mongodbFindings(counts: ReadonlyMap<string, Count>, orders: number): Finding[] {
  const anOrder = (field: keyof Count): number =>
    ofOrders(counts).reduce((sum, [, count]) => sum + count[field], 0) / orders;
  const total = (what: string, field: keyof Count, most?: number): Finding => ({
    what: `MongoDB an order: ${what}`,
    unit: '',
    ours: anOrder(field),
    ...(most !== undefined && { goal: { most } }),
  });
  return [
    total('documents written', 'written', 12),
    total('documents read', 'read', 8),
    total('statements', 'statements'),
    total('requests', 'requests'),
  ];
}

function byStatement(counts: ReadonlyMap<string, Count>, orders: number) {
  const kinds = ofOrders(counts).toSorted(([, a], [, b]) => b.statements - a.statements);
  return Object.fromEntries(
    kinds.map(([kind, { requests, statements, written, read }]) => [
      kind,
      {
        requests: requests / orders,
        statements: statements / orders,
        written: written / orders,
        read: read / orders,
      },
    ]),
  );
}

/** Redis commands since its statistics were reset, without those of the load generator, by name. */
async function commandsOf(redis: Redis, { commands }: Figures): Promise<[string, number][]> {
  const info = await redis.info('commandstats');
  const all = [...info.matchAll(/cmdstat_([^:]+):calls=(\d+)/g)].map(
    ([, name = '', calls]): [string, number] => [name, Number(calls) - (commands[name] ?? 0)],
  );
  return all.filter(([name]) => name !== 'info' && !name.startsWith('config'));
}

function commandFinding(commands: readonly [string, number][], orders: number): Finding {
  const all = commands.reduce((sum, [, calls]) => sum + calls, 0) / orders;
  return { what: 'Redis commands an order', unit: '', ours: all, goal: { most: 20 } };
}

function byCommand(commands: readonly [string, number][], orders: number) {
  const sorted = commands.toSorted(([, a], [, b]) => b - a);
  return Object.fromEntries(sorted.map(([name, calls]) => [name, { calls: calls / orders }]));
}

/**
 * MongoDB trips one after another, of an order alone: how much later each step comes where every
 * answer of MongoDB is held, divided by how long it is held.
 */
async function countTrips(proxy: MongodbProxy, load: Load, short: boolean) {
  const alone = async (delayMs: number): Promise<Figures> => {
    proxy.delayMs = delayMs;
    return load.run({ inFlight: 1, ms: short ? 1 : RUN_MS });
  };
  const fast = await alone(0);
  const slow = await alone(HOLD_MS);
  proxy.delayMs = 0;
  const trips = (before: number, after: number): number => (after - before) / HOLD_MS;
  const steps = Object.entries(slow.steps).toSorted(([, a], [, b]) => a - b);
  const finding: Finding = {
    what: 'MongoDB trips in sequence until paid',
    unit: '',
    ours: trips(fast.paidP50, slow.paidP50),
    goal: { most: 8 },
  };
  return {
    finding,
    steps: Object.fromEntries([
      ['the POST is answered', { trips: trips(fast.postP50, slow.postP50) }],
      ...steps.map(([type, at]) => [type, { trips: trips(fast.steps[type] ?? 0, at) }]),
    ]) as Record<string, { trips: number }>,
  };
}
