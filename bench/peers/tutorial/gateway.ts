/** The tutorial's gateway: one address for its services, passing requests on. */
import type { AddressInfo } from 'node:net';
import { Agent } from 'node:http';
import express from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';

const app = express();
app.use(
  '/orders',
  createProxyMiddleware({
    target: `${process.env['ORDERS_URL']}/orders`,
    agent: new Agent({ keepAlive: true }),
  }),
);
const server = app.listen(0, '127.0.0.1', () => {
  console.log(`listening at http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
