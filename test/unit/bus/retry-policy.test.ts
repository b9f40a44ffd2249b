/** What follows from a failure, and the pauses: growing, bounded, and not the same for all. */
import * as fc from 'fast-check';
import { test } from 'tap';
import {
  backoff,
  decideRetry,
  isPoisonous,
  type RetryPolicy,
} from '../../../src/bus/consume/retry-policy.ts';
import { UnrecoverableError } from '../../../src/bus/index.ts';

const anAttempt = fc.integer({ min: 1, max: 1000 });
const aBound = fc.integer({ min: 1, max: 10_000_000 });

test('a pause lies between half of what is doubled with each attempt, and all of it', (t) => {
  fc.assert(
    fc.property(anAttempt, aBound, aBound, (attempt, min, more) => {
      const max = min + more;
      const ceiling = Math.min(max, min * 2 ** (attempt - 1));
      const pause = backoff(attempt, min, max);
      return Number.isInteger(pause) && pause >= ceiling / 2 && pause <= Math.ceil(ceiling);
    }),
  );
  t.pass('for every attempt');
  t.end();
});

test('those that failed together do not return together', (t) => {
  const pauses = new Set(Array.from({ length: 100 }, () => backoff(10, 100, 30_000)));
  t.ok(pauses.size > 50);
  t.end();
});

const policy: RetryPolicy = { maxDeliveries: 5, retryMinMs: 10, retryMaxMs: 100, outageMs: 1000 };

/** Fails as a handler does whose store cannot be reached. */
const unavailable = Object.assign(new Error('no answer'), { unavailable: true });

test('an entry is delivered so often, and no oftener', (t) => {
  fc.assert(
    fc.property(anAttempt, (deliveries) => {
      const failed = {
        error: new Error('no'),
        deliveries,
        waitingSince: undefined,
        storesAnswer: true,
      };
      const { kind } = decideRetry(failed, policy);
      return kind === (deliveries < policy.maxDeliveries ? 'retry' : 'dead-letter');
    }),
  );
  t.pass('after any number of deliveries');
  t.end();
});

test('what cannot be helped by another delivery becomes a dead letter at once', (t) => {
  const failed = {
    error: new UnrecoverableError('no such order'),
    deliveries: 1,
    waitingSince: undefined,
    storesAnswer: true,
  };
  t.same(decideRetry(failed, policy), { kind: 'dead-letter' });
  t.end();
});

test('an entry waits for a store that is away as long as it is, and no delivery counts', (t) => {
  fc.assert(
    fc.property(
      anAttempt,
      fc.option(fc.nat({ max: 5000 }), { nil: undefined }),
      fc.boolean(),
      (deliveries, waited, storesAnswer) => {
        const waitingSince = waited === undefined ? undefined : 10_000 - waited;
        const failed = { error: unavailable, deliveries, waitingSince, storesAnswer };
        const { kind } = decideRetry(failed, policy, 10_000);
        const counts = storesAnswer && waited !== undefined && waited >= policy.outageMs;
        const expected = deliveries < policy.maxDeliveries ? 'retry' : 'dead-letter';
        return kind === (counts ? expected : 'defer');
      },
    ),
  );
  t.pass('however long it has waited');
  t.end();
});

test('an entry that ends every process that takes it is told by its deliveries', (t) => {
  t.notOk(isPoisonous(policy.maxDeliveries * 4, policy));
  t.ok(isPoisonous(policy.maxDeliveries * 4 + 1, policy));
  t.end();
});
