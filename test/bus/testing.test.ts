/** The kit for module authors finds handlers that are not safe to repeat or to shuffle. */
import { test } from 'tap';
import { each, given, on, sameStateInAnyOrder } from '../../src/bus/index.ts';
import { happened } from './kit.ts';

interface Sum {
  total: number;
  last: Map<string, number>;
}

const events = [1, 2, 3].map((n) => given(happened, { k: 'a', n }));

const stage = async () => {
  const context: Sum = { total: 0, last: new Map() };
  return { context, state: async () => [context.total, ...context.last] };
};

test('a handler that counts every delivery is found', async (t) => {
  const counting = on(
    happened,
    each(async ({ data }, context: Sum) => void (context.total += data.n)),
  );
  await t.rejects(sameStateInAnyOrder({ listeners: [counting], events, stage }), {
    message: /seed 1, round 1: the state depends on the order/,
  });
});

test('a handler that keeps whatever came last is found', async (t) => {
  const keeping = on(
    happened,
    each(async ({ key, data }, context: Sum) => void context.last.set(key, data.n)),
  );
  await t.rejects(sameStateInAnyOrder({ listeners: [keeping], events, stage }), {
    message: /order: /,
  });
});

test('a handler that keeps the newest passes', async (t) => {
  const newest = on(
    happened,
    each(
      async ({ key, data }, { last }: Sum) =>
        void last.set(key, Math.max(data.n, last.get(key) ?? 0)),
    ),
  );
  await t.resolves(sameStateInAnyOrder({ listeners: [newest], events, stage }));
});
