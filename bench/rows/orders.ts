/** Orders, from the request until they are paid: ours against the tutorial's services, by turns. */
import { withEngines, type TestEnvironment } from '../engines.ts';
import type { Figures } from '../load.ts';
import { cpuSeconds } from '../processes.ts';
import type { Finding, Measured, Row, Scale } from '../row.ts';
import { openMillrace, openTutorial, startLoad, type Load, type OpenShop } from '../shops.ts';
import { medians } from '../statistics.ts';

const IN_FLIGHT = [16, 40, 100];
const RUN_MS = 5000;
const WARM_UP_MS = 4000;

type Numbers = Omit<Figures, 'commands' | 'steps'> & { [cpu: `cpu ${string}`]: number } & {
  'cpu in all': number;
};

interface Side extends OpenShop {
  load: Load;
  /** What each run found, by orders in flight. */
  found: Map<number, Numbers[]>;
}

export const orders: Row = {
  name: 'orders',
  about: 'orders paid, against the tutorial',
  measure: (scale) => withEngines('both', (env) => compare(env, scale)),
};

async function compare(env: TestEnvironment, scale: Scale): Promise<Measured> {
  const { short, rounds, profile, inFlight: alone = short ? 16 : undefined } = scale;
  const shops = [await openMillrace(env, { profile }), await openTutorial(env)] as const;
  const loads = [await startLoad(shops[0].shop), await startLoad(shops[1].shop)] as const;
  const ours: Side = { ...shops[0], load: loads[0], found: new Map() };
  const theirs: Side = { ...shops[1], load: loads[1], found: new Map() };
  const sides = [ours, theirs];
  try {
    for (const { load } of sides) await load.run({ inFlight: 16, ms: short ? 200 : WARM_UP_MS });
    for (let round = 0; round < rounds; round += 1)
      for (const inFlight of alone === undefined ? IN_FLIGHT : [alone])
        for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
          const numbers = await measure(side, env, inFlight, short ? 300 : RUN_MS);
          side.found.set(inFlight, [...(side.found.get(inFlight) ?? []), numbers]);
        }
  } finally {
    await Promise.all(sides.flatMap(({ load, stop }) => [load.stop(), stop()]));
  }
  const levels = [...ours.found.keys()];
  const both = (inFlight: number): [Numbers, Numbers] => [
    medians(ours.found.get(inFlight)!),
    medians(theirs.found.get(inFlight)!),
  ];
  return {
    findings: levels.flatMap((inFlight) => findings(inFlight, ...both(inFlight))),
    details: {
      'CPU an order by process, in ms': Object.fromEntries(
        levels.flatMap((inFlight) => {
          const [own, peer] = both(inFlight).map(cpuOf);
          return [
            [`ours, ${inFlight} in flight`, own!],
            [`tutorial, ${inFlight} in flight`, peer!],
          ];
        }),
      ),
    },
  };
}

/** One run, and the CPU that an order took by process, in ms. */
async function measure(
  { load, programs }: Side,
  { mongodbPid, redisPid }: TestEnvironment,
  inFlight: number,
  ms: number,
): Promise<Numbers> {
  const pids = new Map([
    ...Object.entries(programs).map(([name, { pid }]) => [name, pid] as const),
    ['mongod', mongodbPid],
    ['redis', redisPid],
  ]);
  const before = new Map([...pids].map(([name, pid]) => [name, cpuSeconds(pid)]));
  const { commands: _, steps: __, ...figures } = await load.run({ inFlight, ms });
  const cpu = [...pids].map(([name, pid]): [`cpu ${string}`, number] => {
    const used = cpuSeconds(pid) - before.get(name)!;
    return [`cpu ${name}`, (used * 1000) / Math.max(1, figures.placed)];
  });
  const total = cpu.reduce((sum, [, used]) => sum + used, 0);
  return { ...figures, ...Object.fromEntries(cpu), 'cpu in all': total };
}

function findings(inFlight: number, ours: Numbers, theirs: Numbers): Finding[] {
  const line = (
    what: string,
    unit: string,
    field: keyof Figures & keyof Numbers,
    goal?: Finding['goal'],
  ): Finding => ({
    what: `${inFlight} orders in flight: ${what}`,
    unit,
    ours: ours[field],
    peer: { name: 'tutorial', value: theirs[field] },
    ...(goal && { goal }),
  });
  return [
    line('paid', '1/s', 'paidPerSecond', { least: 2 }),
    line('POST answer p50', 'ms', 'postP50'),
    line('POST answer p99', 'ms', 'postP99', { most: 1 }),
    line('time to paid p50', 'ms', 'paidP50'),
    line('time to paid p99', 'ms', 'paidP99', { most: 1 }),
    {
      what: `${inFlight} orders in flight: CPU an order, all processes`,
      unit: 'ms',
      ours: ours['cpu in all'],
      goal: { most: 5 },
    },
  ];
}

/** What an order took of each process, in ms. */
const cpuOf = (numbers: Numbers): Record<string, number> =>
  Object.fromEntries(
    Object.entries(numbers)
      .filter(([field]) => field.startsWith('cpu '))
      .map(([field, value]) => [field.slice('cpu '.length), value]),
  );
