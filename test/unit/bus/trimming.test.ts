/** How far a stream is trimmed: never past what some group has not acknowledged. */
import * as fc from 'fast-check';
import { test } from 'tap';
import type { RedisClient } from '../../../src/bus/index.ts';
import { trim } from '../../../src/bus/maintain/trimming.ts';
import type { GroupInfo } from '../../../src/bus/maintain/stream-info.ts';
import { compareIds } from '../../../src/bus/replies.ts';

/** A Redis that notes up to where, behind which offset, and of how many entries, it is asked to trim. */
function noteTrims() {
  const floors: string[] = [];
  const limits: number[] = [];
  const offsets: string[] = [];
  const redis = {
    async eval(...[, , , offset, floor, limit]: [string, number, string, string, string, number]) {
      offsets.push(offset);
      floors.push(floor);
      limits.push(limit);
      return 1;
    },
  };
  return { redis: redis as unknown as RedisClient, floors, limits, offsets };
}

const groupsAt = (ids: readonly string[]) =>
  ids.map((acknowledgedUpTo) => ({ acknowledgedUpTo }) as GroupInfo);

/** Around now, so that the age asked for lies between them. */
const anId = fc
  .tuple(fc.integer({ min: -5000, max: 5000 }), fc.nat({ max: 3 }))
  .map(([ms, sequence]) => `${Date.now() + ms}-${sequence}`);

test('no trim goes past the place of any group, whether it is there or may come back', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anId, { minLength: 1, maxLength: 5 }),
      fc.array(anId, { maxLength: 3 }),
      fc.nat({ max: 20 }),
      fc.record({ maxLength: fc.nat({ max: 20 }), maxAgeMs: fc.nat({ max: 8000 }) }),
      async (acknowledged, places, length, retention) => {
        const { redis, floors, limits, offsets } = noteTrims();
        const state = { length, groups: groupsAt(acknowledged) } as Parameters<typeof trim>[2];
        const removed = await trim(redis, 'things', state, retention, places);
        const tooYoung = `${Date.now()}-0`;
        return (
          removed === floors.length &&
          floors.length === Number(length > retention.maxLength) + Number(retention.maxAgeMs > 0) &&
          [...floors, ...offsets].every((floor) =>
            [...acknowledged, ...places].every((offset) => compareIds(floor, offset) <= 0),
          ) &&
          (length <= retention.maxLength || limits[0] === length - retention.maxLength) &&
          (retention.maxAgeMs === 0 || compareIds(floors.at(-1)!, tooYoung) < 0)
        );
      },
    ),
  );
  t.pass('for any places and any retention');
});

test('a stream that no group reads yet is left as it is', async (t) => {
  const { redis, floors } = noteTrims();
  const state = { length: 9, groups: groupsAt([]) } as Parameters<typeof trim>[2];
  t.equal(await trim(redis, 'things', state, { maxLength: 0, maxAgeMs: 1 }), 0);
  t.same(floors, []);
});
