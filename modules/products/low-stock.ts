/** Changes of a stock that are told in the write that makes them, as no plain update could. */
import type { Document } from 'mongodb';
import type { OutboxRecord } from '#host';

export interface ToldChange {
  /** Pieces that come, or go where it is negative. */
  change: number;
  /** The stock at and below which little is left. */
  threshold: number;
  /** Told where the change takes the stock to the threshold; the write puts its `stockQty` in. */
  low: OutboxRecord;
  /** Told in any case; the write puts its `stockQty` in. */
  changed?: OutboxRecord;
}

/** The fields that such a change sets, for the `$set` stage of an update by pipeline. */
export function toldChange({ change, threshold, low, changed }: ToldChange): Document {
  const stockQty = { $add: ['$stockQty', change] };
  const becomesLow = {
    $and: [{ $gt: ['$stockQty', threshold] }, { $lte: [stockQty, threshold] }],
  };
  const told = (event: OutboxRecord): Document => ({
    // As a long, since a large number would else be written with an exponent.
    $mergeObjects: [{ $literal: event }, { stockQty: { $toString: { $toLong: stockQty } } }],
  });
  return {
    stockQty,
    outbox: {
      $concatArrays: [
        { $ifNull: ['$outbox', []] },
        changed ? [told(changed)] : [],
        { $cond: [becomesLow, [told(low)], []] },
      ],
    },
  };
}
