/** The benchmark runs: each row in its short form, whatever it finds. */
import { test } from 'tap';
import { rows } from '../bench/rows/index.ts';

for (const { name, measure } of rows) {
  test(`the row ${name} is measured`, async (t) => {
    const { findings } = await measure({ short: true, rounds: 1 });
    t.ok(findings.length > 0);
    for (const { what, ours, peer } of findings) {
      t.ok(Number.isFinite(ours), `${what}: ${ours}`);
      if (peer) t.ok(Number.isFinite(peer.value), `${peer.name}: ${peer.value}`);
    }
  });
}
