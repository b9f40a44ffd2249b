/** The tutorial's payments service: each accepted order is paid. */
import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { connect, listen } from './streams.ts';

const mongo = await MongoClient.connect(process.env['MONGODB_URL']!, {
  writeConcern: { w: 'majority', journal: true },
});
const payments = mongo.db('tutorial').collection('payments');
const redis = await connect(process.env['REDIS_URL']!);

void listen(redis, { stream: 'ORDERS_STREAM', group: 'PAYMENTS_CON_GROUP' }, async (message) => {
  const { orderId = '', orderAmount = '', userId = '' } = message;
  const paymentId = randomUUID();
  await payments.insertOne({
    paymentId,
    orderId,
    orderAmount: Number(orderAmount),
    paidAmount: Number(orderAmount),
    userId,
    orderStatusCode: 3,
    createdOn: new Date(),
  });
  await redis.xAdd('PAYMENTS_STREAM', '*', { orderId, paymentId, orderStatusCode: '3', userId });
});
// It takes no requests in this flow.
console.log('listening at http://127.0.0.1:0');
