/** Scores: what is known counts, half and half, and what comes later changes nothing. */
import * as fc from 'fast-check';
import { test } from 'tap';
import { scoreOf, type Known } from '../../../modules/digital-identity/score.ts';

const aHash = fc.constantFrom('b1', 'b2', 'a1', 'a2');
const anOrigin = fc.record({ session: fc.constant('s'), browser: aHash, address: aHash });
const PLACED = 1000;
const placedAt = new Date(PLACED);

const someKnown: fc.Arbitrary<Known> = fc
  .record({
    logins: fc.array(fc.tuple(aHash, fc.integer({ min: 0, max: 2 * PLACED }))),
    session: fc.option(
      fc.record({ browser: aHash, address: aHash }, { requiredKeys: [], noNullPrototype: true }),
      { nil: undefined },
    ),
  })
  .map(({ logins, session }) => ({
    firstSeen: new Map(logins.map(([hash, at]) => [hash, new Date(at)])),
    sessions: new Map(session ? [['s', session]] : []),
  }));

test('a score is none, half or all, and says which half was known', (t) => {
  fc.assert(
    fc.property(anOrigin, someKnown, (origin, known) => {
      const { score, matched, forgotten } = scoreOf({ origin, placedAt }, known);
      if (forgotten) return score === 1 && matched === undefined;
      return score === (Number(matched!.browser) + Number(matched!.address)) / 2;
    }),
  );
  t.same(scoreOf({ placedAt }, { firstSeen: new Map(), sessions: new Map() }), { score: 1 });
  t.end();
});

test('a login after the order changes nothing, and one before it never lowers the score', (t) => {
  fc.assert(
    fc.property(
      anOrigin,
      someKnown,
      aHash,
      fc.integer({ min: 1, max: PLACED }),
      (origin, known, hash, ms) => {
        const { score } = scoreOf({ origin, placedAt }, known);
        const withLogin = (at: number): number => {
          const before = known.firstSeen.get(hash);
          const first = new Date(Math.min(at, before?.getTime() ?? at));
          const firstSeen = new Map([...known.firstSeen, [hash, first]]);
          return scoreOf({ origin, placedAt }, { ...known, firstSeen }).score;
        };
        return withLogin(PLACED + ms) === score && withLogin(PLACED - ms) >= score;
      },
    ),
  );
  t.pass('for any order');
  t.end();
});
