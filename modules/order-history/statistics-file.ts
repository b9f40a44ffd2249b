/** The statistics as files for spreadsheets, with amounts in the currency and not in its smallest unit. */
import type { FastifyReply } from 'fastify';
import { sendCsv, type CsvColumns } from '#host';
import type { Statistics, StatisticsTable } from './statistics.ts';

/** Sends one table of the statistics, under the name of the days that it is of. */
export function sendStatistics(
  reply: FastifyReply,
  statistics: Statistics,
  { table, decimals }: { table: StatisticsTable; decimals: number },
): Promise<FastifyReply> {
  const { from, to, timeZone, currency, days, total } = statistics;
  const name = `${table}-${from}-${to}`;
  const amount = (smallest: number): number => smallest / 10 ** decimals;
  if (table === 'days') {
    const columns: CsvColumns<Statistics['days'][number]> = {
      [`Day (${timeZone})`]: ({ day }) => day,
      Orders: ({ orders }) => orders,
      Accepted: ({ acceptedOrders }) => acceptedOrders,
      Paid: ({ paidOrders }) => paidOrders,
      Rejected: ({ rejectedOrders }) => rejectedOrders,
      'Payment failed': ({ failedOrders }) => failedOrders,
      Cancelled: ({ cancelledOrders }) => cancelledOrders,
      Refunded: ({ refundedOrders }) => refundedOrders,
      [`Given back (${currency})`]: ({ refunded }) => amount(refunded),
      [`Revenue (${currency})`]: ({ revenue }) => amount(revenue),
    };
    return sendCsv(reply, { name, columns, rows: days });
  }
  const rows = {
    products: total.topProducts.map(({ productId, ...sold }) => ({ ...sold, id: productId })),
    brands: total.topBrands.map(({ brand, ...sold }) => ({ ...sold, id: brand, name: brand })),
    categories: total.topCategories.map((sold) => ({
      ...sold,
      id: sold.category,
      name: sold.category,
    })),
  }[table];
  const columns: CsvColumns<(typeof rows)[number]> = {
    ...(table === 'products' && { Product: ({ id }) => id }),
    Name: (sold) => sold.name,
    Pieces: ({ pieces }) => pieces,
    [`Amount (${currency})`]: (sold) => amount(sold.amount),
  };
  return sendCsv(reply, { name, columns, rows });
}
