/** What of a value the audit log holds: no secret, nothing of a customer's person, and not without end. */

/** How much of a value is kept in all, and of one text in it, in characters. */
const MAX_CHARACTERS = 16_000;
const MAX_TEXT = 2000;
/** How deep it goes. */
const MAX_DEPTH = 8;

const SECRET = /pass(word|phrase)|secret|token|authori[sz]ation|cookie|credential|api-?key/i;

/** What orders, accounts and their events call what is known of a customer. */
const PERSONAL = /^(e-?mail|phone|address(es)?|contact|delivery|origin)$/i;

const REMOVED = '(left out)';

/** A copy of a value for the log; what is no JSON is described. */
export function recordable(value: unknown): unknown {
  return reduced(value, { left: MAX_CHARACTERS }, 0);
}

/** What may still be kept, in characters. */
interface Budget {
  left: number;
}

function reduced(value: unknown, budget: Budget, depth: number): unknown {
  if (typeof value === 'string') return cut(value, budget);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) {
    budget.left -= 8;
    return value;
  }
  if (typeof value !== 'object') return undefined;
  if (ArrayBuffer.isView(value)) return `(${value.byteLength} bytes)`;
  if ('pipe' in value) return '(a stream)';
  if ('toJSON' in value && typeof value.toJSON === 'function')
    return reduced(value.toJSON(), budget, depth + 1);
  if (depth >= MAX_DEPTH) return '…';
  return Array.isArray(value)
    ? reducedList(value, budget, depth)
    : reducedObject(Object.entries(value), budget, depth);
}

function reducedList(items: readonly unknown[], budget: Budget, depth: number): unknown[] {
  const kept: unknown[] = [];
  for (const item of items) {
    if (budget.left <= 0) return [...kept, `… and ${items.length - kept.length} more`];
    kept.push(reduced(item, budget, depth + 1) ?? null);
  }
  return kept;
}

function reducedObject(
  entries: readonly (readonly [string, unknown])[],
  budget: Budget,
  depth: number,
): object {
  const kept: [string, unknown][] = [];
  for (const [name, item] of entries) {
    if (budget.left <= 0) {
      kept.push(['…', `and ${entries.length - kept.length} more`]);
      break;
    }
    const isLeftOut = SECRET.test(name) || PERSONAL.test(name);
    kept.push([cut(name, budget), isLeftOut ? REMOVED : reduced(item, budget, depth + 1)]);
  }
  return Object.fromEntries(kept);
}

function cut(text: string, budget: Budget): string {
  const length = Math.min(text.length, MAX_TEXT, Math.max(0, budget.left));
  budget.left -= length + 2;
  return length < text.length ? `${text.slice(0, length)}…` : text;
}
