/** Every delivery leaves a trace: when it was given to the handler, how long that took, and what came of it. */
import { test } from 'tap';
import type { EventTrace } from '../../src/bus/index.ts';
import { createDeliveryLog } from '../../src/bus/trace/delivery-log.ts';
import { eventually } from '../support.ts';
import { happened, listen, openBus, pendingOf, STREAM, type BusKit } from './kit.ts';

const logOf = ({ env }: BusKit) => `${env.keyPrefix}millrace:bus:deliveries`;
const listening = new Map([['readers', [happened]]]);

/** Publishes an event, and gives what is known of it when it happened. */
async function publish({ bus }: BusKit, k: string, n = 1) {
  const event = happened.create({ k, n });
  await bus.publisher.publish(STREAM, [event]);
  return { stream: STREAM, eventId: event.eventId, type: happened.type, at: Number(event.at) };
}

/** The only event of a key, once it stands there in the group. */
function traceOf(
  { bus }: BusKit,
  event: Awaited<ReturnType<typeof publish>>,
  key: string,
  state: string,
  attempts: number,
): Promise<EventTrace> {
  return eventually(`${key} is ${state}`, async () => {
    const [trace, ...others] = await bus.trace(key, [event]);
    const [group] = trace?.groups ?? [];
    const isThere = group?.state === state && group.attempts.length === attempts;
    return others.length === 0 && isThere && trace;
  });
}

test('an event that failed twice has three attempts, each with its wait, its time and its outcome', async (t) => {
  const kit = await openBus(t, { listening });
  let calls = 0;
  listen(kit, async () => {
    calls += 1;
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (calls < 3) throw new Error(`failure ${calls}`);
  });
  const begun = Date.now();
  const event = await publish(kit, 'a', 7);
  await kit.bus.start();
  const trace = await traceOf(kit, event, 'a', 'handled', 3);
  t.match(trace, {
    ...event,
    entryId: /^\d+-\d+$/,
    fields: { k: 'a', n: '7' },
    groups: [
      {
        group: 'readers',
        attempts: [
          { attempt: 1, outcome: 'retried', error: 'failure 1' },
          { attempt: 2, outcome: 'retried', error: 'failure 2' },
          { attempt: 3, outcome: 'handled' },
        ],
      },
    ],
  });
  const { attempts } = trace.groups[0]!;
  for (const { startedAt, durationMs, waitedMs } of attempts) {
    t.ok(startedAt! >= begun && startedAt! <= Date.now());
    t.ok(durationMs! >= 15, `handling took ${durationMs} ms`);
    t.ok(waitedMs! >= 0);
  }
  t.ok(attempts[1]!.waitedMs! >= 5, 'the pause before it is tried again is waiting');
  const last = attempts[2]!;
  t.ok(
    attempts[1]!.startedAt! + attempts[1]!.durationMs! <= last.startedAt! + 1,
    'one comes after another',
  );
});

test('a delivery that is given up, deferred, or still to come is told from one that was handled', async (t) => {
  const kit = await openBus(t, { options: { maxDeliveries: 2 }, listening });
  const away = Object.assign(new Error('the store is away'), { unavailable: true });
  let isAway = true;
  listen(kit, ([event]) => {
    if (event?.key === 'bad') throw new Error('never');
    if (event?.key === 'late' && isAway) throw away;
  });
  const [bad, late] = [await publish(kit, 'bad'), await publish(kit, 'late')];
  const waiting = await traceOf(kit, bad, 'bad', 'unknown', 0);
  t.same(waiting.groups, [{ group: 'readers', state: 'unknown', attempts: [] }], 'no group yet');
  await kit.bus.start();

  const dead = await traceOf(kit, bad, 'bad', 'dead-letter', 2);
  t.match(dead.groups[0]?.attempts, [{ outcome: 'retried' }, { outcome: 'dead-lettered' }]);
  const deferred = await eventually('it waits for the store', async () => {
    const [trace] = await kit.bus.trace('late', [late]);
    const [group] = trace!.groups;
    return group!.attempts.length > 0 && group;
  });
  t.match(deferred, { state: 'retrying', attempts: [{ attempt: 1, outcome: 'deferred' }] });
  isAway = false;
  const after = await eventually('it is handled', async () => {
    const [trace] = await kit.bus.trace('late', [late]);
    const [group] = trace!.groups;
    return group?.attempts.at(-1)?.outcome === 'handled' && group;
  });
  t.equal(after.attempts.at(-1)!.attempt, 1, 'what was deferred has not counted');
});

test('many deliveries are one record, under hashes of their keys', async (t) => {
  const kit = await openBus(t);
  listen(kit);
  const keys = Array.from({ length: 50 }, (_, i) => `customer-${i}`);
  await kit.append(...keys.map((k) => ({ k, n: 1 })));
  await kit.bus.start();
  const records = await eventually('all are recorded', async () => {
    const found = await kit.env.redis.xrange(logOf(kit), '-', '+');
    return found.flatMap(([, list]) => list[1]?.split('\n')).length === 50 && found;
  });
  t.ok(records.length <= 2, `${records.length} records`);
  t.notMatch(JSON.stringify(records), /customer/);
});

test('the log stays within its bytes, and keeps the newest', async (t) => {
  const { env } = await openBus(t);
  const max = 1_048_576;
  const key = `${env.keyPrefix}millrace:bus:deliveries`;
  const log = createDeliveryLog(env.redis, key, max, console);
  const call = { startedAt: Date.now(), durationMs: 1 };
  for (let i = 0; i < 400; i += 1) {
    const deliveries = Array.from({ length: 200 }, (_, j) => ({
      entryId: `${call.startedAt}-${i * 200 + j}`,
      key: `${i}`,
      deliveries: 1,
    }));
    log.handled({ stream: STREAM, group: 'readers' }, deliveries as never, call);
    if (i % 10 === 9) await log.close();
  }
  const bytes = await env.redis.memory('USAGE', key, 'SAMPLES', 0);
  t.ok(bytes! <= 1.2 * max, `${bytes} bytes`);
  t.ok(bytes! >= 0.5 * max, `${bytes} bytes`);
  t.equal((await everything(log, '399')).length, 200);
  t.equal((await everything(log, '0')).length, 0);
});

async function everything(log: ReturnType<typeof createDeliveryLog>, key: string) {
  const all = [];
  for (let from: string | null = '-'; from !== null;) {
    const page: Awaited<ReturnType<typeof log.read>> = await log.read(key, from);
    all.push(...page.found);
    from = page.next;
  }
  return all;
}

test('where the log cannot be written, events are handled all the same', async (t) => {
  const kit = await openBus(t, { listening });
  await kit.env.redis.set(logOf(kit), 'no stream');
  const seen = listen(kit);
  const event = await publish(kit, 'a');
  await kit.bus.start();
  await eventually('it is handled', async () => seen.length === 1 && (await pendingOf(kit)) === 0);
  await kit.bus.stop();
  await kit.env.redis.del(logOf(kit));
  const [trace] = await kit.bus.trace('a', [event]);
  t.match(trace?.groups, [{ group: 'readers', state: 'handled', attempts: [] }]);
});

test('a dead letter that is handled again says so', async (t) => {
  const kit = await openBus(t, { options: { maxDeliveries: 1 }, listening });
  let isBroken = true;
  listen(kit, () => {
    if (isBroken) throw new Error('broken');
  });
  const event = await publish(kit, 'a');
  await kit.bus.start();
  await traceOf(kit, event, 'a', 'dead-letter', 1);
  isBroken = false;
  const letters = kit.bus.deadLetters(STREAM, 'readers');
  await kit.bus.subscriptions[0]!.replay(letters.read('-', 10));
  const { groups } = await traceOf(kit, event, 'a', 'handled', 2);
  t.match(groups[0]?.attempts, [
    { attempt: 1, outcome: 'dead-lettered' },
    { attempt: 2, outcome: 'handled' },
  ]);
});

test('of an event whose entry is gone, what the groups did is found all the same', async (t) => {
  const kit = await openBus(t, { listening });
  listen(kit);
  const event = await publish(kit, 'a');
  await kit.bus.start();
  await traceOf(kit, event, 'a', 'handled', 1);
  await kit.env.redis.xtrim(kit.key, 'MAXLEN', 0);
  const [trace] = await kit.bus.trace('a', [event]);
  t.match(trace, { eventId: event.eventId, fields: undefined, entryId: String });
  t.match(trace?.groups, [{ state: 'handled', attempts: [{ outcome: 'handled' }] }]);
});

test('an event that was published again is traced with each of its entries', async (t) => {
  const kit = await openBus(t, { listening });
  listen(kit);
  const record = happened.create({ k: 'a', n: 1 });
  await kit.bus.publisher.publish(STREAM, [record]);
  await kit.bus.start();
  await kit.bus.publisher.publish(STREAM, [record]);
  const { eventId } = record;
  const event = { stream: STREAM, eventId, type: happened.type, at: Number(record.at) };
  const traces = await eventually('both are traced', async () => {
    const found = await kit.bus.trace('a', [event]);
    return found.length === 2 && found;
  });
  t.same(
    traces.map((one) => [one.eventId, one.groups[0]?.attempts.length]),
    [
      [eventId, 1],
      [eventId, 1],
    ],
  );
});
