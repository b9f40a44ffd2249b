/** The books of the bus: every entry accounted for, every event true, every process well behaved. */
import type { Entry } from './fields.ts';
import type { Ledger } from './ledger.ts';
import { MARK } from './poison.ts';
import { DECLINED, PAID, REJECTED, type Rule } from './violation.ts';

const rest: Rule = {
  name: 'everything-comes-to-rest',
  promise: 'Nothing is pending, unread, unpublished or open once nothing is broken any more.',
  *broken({ unrest }) {
    for (const detail of unrest) yield { detail };
  },
};

const poisonBuried: Rule = {
  name: 'poison-becomes-a-dead-letter',
  promise:
    'An entry that no handler can take is in the dead letters of each group that listens, with a reason.',
  *broken({ poisons, letters }) {
    const byMark = Map.groupBy(letters, ({ fields }) => fields[MARK]);
    for (const { mark, kind, stream, groups, id, gone } of poisons) {
      const found = byMark.get(mark) ?? [];
      const what = `${kind} (${stream} ${id})`;
      const lacking = groups.filter((name) => !found.some(({ group }) => group === name));
      if (!gone && id)
        for (const group of lacking) yield { detail: `${what} is in no dead letter of ${group}` };
      for (const { group, error } of found)
        if (!groups.includes(group) || error === '')
          yield { detail: `${what} lies with ${group}, reason: "${error}"` };
    }
  },
};

const onlyPoisonBuried: Rule = {
  name: 'only-poison-is-given-up',
  promise: 'No good entry becomes a dead letter, however often its handling was interrupted.',
  *broken({ letters, poisons }) {
    const groupsOf = new Map(poisons.map(({ mark, groups }) => [mark, groups]));
    for (const { id, stream, group, originId, fields, error } of letters) {
      if (groupsOf.get(fields[MARK] ?? '')?.includes(group)) continue;
      const { type = 'no type', orderId } = fields;
      const detail = `${group} gave up ${stream} ${originId} (${type}), dead letter ${id}: ${error}`;
      yield orderId === undefined ? { detail } : { detail, orderId };
    }
  },
};

const told: Rule = {
  name: 'events-tell-what-is-stored',
  promise: 'An event is published only if the change that it reports is stored.',
  *broken(ledger) {
    const seen = new Set<string>();
    for (const [stream, entries] of ledger.streams) {
      for (const { id, fields } of entries) {
        const { type = '', orderId, eventId = id } = fields;
        if (fields[MARK] || orderId === undefined || seen.has(eventId)) continue;
        seen.add(eventId);
        if (!isTrue(ledger, { id, fields })) {
          yield { detail: `${stream} ${id} says ${type} of ${orderId}, which is not so`, orderId };
        }
      }
    }
  },
};

/** Whether the stored state agrees with an event. */
function isTrue(ledger: Ledger, { fields }: Entry): boolean {
  const { type = '', orderId = '', paymentId } = fields;
  const order = ledger.orders.get(orderId);
  const decision = ledger.reservations.get(orderId)?.decision;
  const payment = ledger.paymentsOf.get(orderId)?.find(({ _id }) => _id === paymentId);
  switch (type) {
    case 'order.placed':
      return order !== undefined;
    case 'order.accepted':
      return order?.answers.stock?.outcome === 'reserved';
    case 'order.rejected':
      return order?.orderStatusCode === REJECTED;
    case 'order.paid':
      return order?.orderStatusCode === PAID;
    case 'order.payment_failed':
      return order?.orderStatusCode === DECLINED;
    case 'stock.reserved':
      return decision === 'reserved';
    case 'stock.rejected':
      return decision === 'rejected';
    case 'payment.processed':
      return payment?.status === 'processed';
    case 'payment.failed':
      return payment?.status === 'failed';
    default:
      return true;
  }
}

const effectFirst: Rule = {
  name: 'acknowledged-after-the-effect',
  promise: 'An entry is acknowledged only after its effect is stored.',
  *broken({ premature }) {
    yield* premature;
  },
};

const behaved: Rule = {
  name: 'processes-behave',
  promise: 'No process ends unasked, each ends when told, and each is ready again in the end.',
  *broken({ misbehaviour }) {
    for (const detail of misbehaviour) yield { detail };
  },
};

export const busRules: readonly Rule[] = [
  rest,
  poisonBuried,
  onlyPoisonBuried,
  told,
  effectFirst,
  behaved,
];
