/** The invariants of the bus: every entry accounted for, every event true, every process well behaved. */
import type { Entry } from './fields.ts';
import type { Ledger } from './ledger.ts';
import type { Letter } from './letters.ts';
import { MARK } from './poison.ts';
import { CANCELLED, DECLINED, PAID, REFUNDED, REJECTED, type Rule } from './violation.ts';

/** Which poison a dead letter is of, if of any. */
export const burial = ({ fields, group }: Letter): string => `${fields[MARK]} ${group}`;

const rest: Rule = {
  name: 'everything-comes-to-rest',
  promise: 'Nothing is pending, unread, unpublished or open once nothing is broken any more.',
  *broken({ unrest }) {
    for (const detail of unrest) yield { detail };
  },
};

const poisonBuried: Rule = {
  name: 'poison-becomes-a-dead-letter',
  promise: 'An entry that no handler can take is in the dead letters of its group, with a reason.',
  *broken({ poisons, letters }) {
    const buried = new Map(letters.map((letter) => [burial(letter), letter]));
    for (const { mark, kind, stream, group, id, gone } of poisons) {
      if (!group) continue;
      const letter = buried.get(`${mark} ${group}`);
      const what = `${kind} (${stream} ${id})`;
      if (letter?.error === '') yield { detail: `${what} lies with ${group} without a reason` };
      if (!letter && !gone && id) yield { detail: `${what} is in no dead letter of ${group}` };
    }
  },
};

const onlyPoisonBuried: Rule = {
  name: 'only-poison-is-given-up',
  promise: 'No good entry becomes a dead letter, however often its handling was interrupted.',
  *broken({ letters, poisons }) {
    const wanted = new Set(poisons.map(({ mark, group }) => `${mark} ${group}`));
    for (const letter of letters) {
      if (wanted.has(burial(letter))) continue;
      const { id, stream, group, originId, fields, error } = letter;
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
      return order?.orderStatusCode === PAID || order?.orderStatusCode === REFUNDED;
    case 'order.cancelled':
      return order?.orderStatusCode === CANCELLED;
    case 'order.refund_requested':
      return order?.answers.cancel !== undefined;
    case 'order.refunded':
      return order?.orderStatusCode === REFUNDED;
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
    case 'payment.refunded':
      return (
        payment?.refunds?.some(
          ({ refundId, status }) => refundId === fields['refundId'] && status === 'done',
        ) === true
      );
    case 'identity.scored':
      return String(ledger.scores.get(orderId)?.score) === fields['score'];
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
