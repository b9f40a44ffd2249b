/** The tutorial's orders service: takes an order, and sets its status when its payment is done. */
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { MongoClient } from 'mongodb';
import { connect, listen } from './streams.ts';

interface Item {
  productId: string;
  productPrice: number;
  qty: number;
}

interface Order {
  orderId: string;
  userId: string;
  orderStatusCode: number;
  products: Item[];
  createdOn: Date;
  paymentId?: string;
}

const mongo = await MongoClient.connect(process.env['MONGODB_URL']!, {
  writeConcern: { w: 'majority', journal: true },
});
const orders = mongo.db('tutorial').collection<Order>('orders');
await orders.createIndex({ orderId: 1 }, { unique: true });
const redis = await connect(process.env['REDIS_URL']!);
const keyOf = (orderId: string): string => `orders:orderId:${orderId}`;

const isItem = (item: Partial<Item>): boolean =>
  typeof item.productId === 'string' &&
  typeof item.productPrice === 'number' &&
  Number.isInteger(item.qty) &&
  item.qty! > 0;

const app = express();
app.use(express.json());
app.post('/orders', async (request, response) => {
  const { userId, products } = request.body as { userId?: string; products?: Item[] };
  if (!userId || !Array.isArray(products) || products.length === 0 || !products.every(isItem)) {
    response.status(400).json({ error: 'userId and products are needed' });
    return;
  }
  const orderId = randomUUID();
  const order: Order = { orderId, userId, orderStatusCode: 1, products, createdOn: new Date() };
  await orders.insertOne({ ...order });
  await redis.set(keyOf(orderId), JSON.stringify(order));
  const total = products.reduce((sum, { productPrice, qty }) => sum + productPrice * qty, 0);
  await redis.xAdd('ORDERS_STREAM', '*', { orderId, orderAmount: total.toFixed(2), userId });
  response.json({ data: orderId, error: null });
});

async function updateStatus(message: Record<string, string>): Promise<void> {
  const { orderId = '', paymentId = '', orderStatusCode } = message;
  const status = { orderStatusCode: Number(orderStatusCode), paymentId };
  await orders.updateOne({ orderId }, { $set: status });
  const stored = JSON.parse((await redis.get(keyOf(orderId)))!) as Order;
  await redis.set(keyOf(orderId), JSON.stringify({ ...stored, ...status }));
}

void listen(redis, { stream: 'PAYMENTS_STREAM', group: 'ORDERS_CON_GROUP' }, async (message) => {
  // As the tutorial does: the next message does not wait for this one's status.
  void updateStatus(message);
});
const server = app.listen(0, '127.0.0.1', () => {
  console.log(`listening at http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
