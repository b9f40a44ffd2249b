/** The invariants of those who keep a copy: the history, and the scores of the orders. */
import { refundedAmountOf, statusOf } from '../../modules/order-history/status.ts';
import type { Rule } from './violation.ts';

const history: Rule = {
  name: 'history-equals-orders',
  promise: 'The history, made of events alone, says of every order what the order says of itself.',
  *broken({ orders, history: told }) {
    for (const { _id: orderId, userId, orderStatusCode, totalAmount, answers } of orders.values()) {
      const known = told.get(orderId);
      if (!known?.placed) {
        yield { detail: `the history does not know order ${orderId}`, orderId };
        continue;
      }
      const order = [userId, orderStatusCode, totalAmount, answers.refund?.refundedAmount ?? 0];
      const copy = [
        known.placed.userId,
        statusOf(known),
        known.placed.totalAmount,
        refundedAmountOf(known),
      ];
      if (order.join() !== copy.join())
        yield {
          detail: `order ${orderId} is ${order.join()}, its history ${copy.join()}`,
          orderId,
        };
    }
    for (const [orderId, { placed }] of told)
      if (placed && !orders.has(orderId))
        yield { detail: `the history knows an order ${orderId} that is not there`, orderId };
  },
};

const scores: Rule = {
  name: 'one-score-an-order',
  promise: 'Every placed order has one score, which the order has heard of.',
  *broken({ orders, scores: given }) {
    for (const { _id: orderId, answers } of orders.values()) {
      const score = given.get(orderId)?.score;
      const heard = answers.identity?.score;
      if (score === undefined || (heard !== undefined && heard !== score))
        yield { detail: `order ${orderId} has score ${score} and has heard of ${heard}`, orderId };
    }
    for (const orderId of given.keys())
      if (!orders.has(orderId))
        yield { detail: `order ${orderId}, which is not there, has a score`, orderId };
  },
};

export const copyRules: readonly Rule[] = [history, scores];
