/** The kit for module authors finds handlers that are not safe to repeat or to shuffle. */
import { test } from 'tap';
import { Type } from 'typebox';
import {
  defineEvent,
  each,
  given,
  on,
  sameStateInAnyOrder,
  type Stage,
} from '../../../src/bus/index.ts';

const happened = defineEvent({
  stream: 'THINGS_STREAM',
  type: 'thing.happened',
  v: 1,
  key: 'k',
  data: { k: Type.String(), n: Type.Integer() },
});

interface Sum {
  total: number;
  last: Map<string, number>;
}

const events = [1, 2, 3].map((n) => given(happened, { k: 'a', n }));

/** A stage with one handler, of a fresh sum. */
const stageOf = (handlerOf: (sum: Sum) => Stage['listeners'][number]) => async () => {
  const sum: Sum = { total: 0, last: new Map() };
  return { listeners: [handlerOf(sum)], state: async () => [sum.total, ...sum.last] };
};

test('a handler that counts every delivery is found', async (t) => {
  const stage = stageOf((sum) =>
    on(
      happened,
      each(async ({ data }) => void (sum.total += data.n)),
    ),
  );
  await t.rejects(sameStateInAnyOrder({ events, stage }), {
    message: /seed 1, round 1: the state depends on the order/,
  });
});

test('a handler that keeps whatever came last is found', async (t) => {
  const stage = stageOf(({ last }) =>
    on(
      happened,
      each(async ({ key, data }) => void last.set(key, data.n)),
    ),
  );
  await t.rejects(sameStateInAnyOrder({ events, stage }), {
    message: /order: /,
  });
});

test('a handler that keeps the newest passes', async (t) => {
  const stage = stageOf(({ last }) =>
    on(
      happened,
      each(async ({ key, data }) => void last.set(key, Math.max(data.n, last.get(key) ?? 0))),
    ),
  );
  await t.resolves(sameStateInAnyOrder({ events, stage }));
});
