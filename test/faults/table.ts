/** The end of a run as text: a table of faults and orders, and every broken promise with its trail. */
import type { Report } from './harness.ts';
import { RULES } from './invariants.ts';
import { trailOf } from './trail.ts';

/** Of each broken rule so many cases are shown, and of so many of them the trail. */
const SHOWN = 5;
const TRAILS = 2;

/** Gives the table. */
export function table({ options, faults, balance, seconds, violations }: Report): string {
  const total = [...faults.values()].reduce((a, b) => a + b, 0);
  const rows: [string, string | number][] = [
    ...[...faults].map(([kind, count]): [string, number] => [`  ${kind}`, count]),
    ['faults', total],
    ['orders placed', balance.placed],
    ['  paid', balance.paid],
    ['  rejected', balance.rejected],
    ['  declined', balance.declined],
    ['  cancelled', balance.cancelled],
    ['  refunded', balance.refunded],
    ['lost', balance.lost],
    ['doubled', balance.doubled],
    ['unaccounted', balance.unaccounted],
    ['acks observed', balance.observed],
    ['dead letters', balance.deadLetters],
    ['poisoned entries', balance.poisons],
    ['  given up', balance.poisonsBuried],
    ['  of unknown types', balance.poisonsIgnored],
    ['  gone with Redis', balance.poisonsGone],
    ['duration', `${options.seconds} s of faults, ${seconds} s in all`],
    ['shape', options.shape],
    ['seed', options.seed],
    ['broken rules', new Set(violations.map(({ rule }) => rule)).size],
  ];
  return `${rows.map(([name, value]) => `${name.padEnd(20)} ${value}`).join('\n')}\n`;
}

/** Gives the broken promises, or an empty text. */
export function complaints({ violations, ledger, options }: Report): string {
  return RULES.flatMap(({ name, promise }) => {
    const cases = violations.filter(({ rule }) => rule === name);
    if (cases.length === 0) return [];
    const shown = cases.slice(0, SHOWN).map(({ detail, orderId }, i) => {
      const trail = orderId !== undefined && i < TRAILS ? `\n${trailOf(ledger, orderId)}` : '';
      return `  ${detail}${trail}`;
    });
    const more = cases.length > SHOWN ? [`  and ${cases.length - SHOWN} more`] : [];
    const head = `BROKEN ${name} (${cases.length}, seed ${options.seed}): ${promise}`;
    return [head, ...shown, ...more];
  })
    .map((line) => `${line}\n`)
    .join('');
}
