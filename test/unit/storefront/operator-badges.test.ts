/** What the operator's sidebar says of the health of what runs. */
import { test } from 'tap';
import { worstOf } from '../../../modules/storefront/pages/lib/health.ts';
import { healthBadge } from '../../../modules/storefront/pages/operator/badges.ts';

test('the worst of several states is the one that is said', async (t) => {
  t.equal(worstOf([]), 'ok');
  t.equal(worstOf(['ok', 'paused', 'slow', 'ok']), 'slow');
  t.equal(worstOf(['slow', 'stopped']), 'stopped');
});

test('a badge says how many are as bad as the worst, and nothing where all is well', async (t) => {
  t.equal(healthBadge(['ok', 'ok'], 'group'), undefined);
  t.equal(healthBadge(['ok', 'absent'], 'group'), undefined, 'what never ran is no trouble');
  t.same(healthBadge(['slow', 'stopped', 'stopped'], 'group'), {
    text: '2 stopped',
    kind: 'bad',
    label: '2 groups stopped',
  });
  t.same(healthBadge(['ok', 'slow'], 'module'), {
    text: '1 slow',
    kind: 'warn',
    label: '1 module slow',
  });
});
