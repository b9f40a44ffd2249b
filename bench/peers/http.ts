/** The limit: a bare Fastify that gives the same bytes to every request. */
import { readFileSync } from 'node:fs';
import { fastify } from 'fastify';

const bytes = readFileSync(process.argv[2]!);
const app = fastify();
app.get('/', (_, reply) => reply.type('application/json; charset=utf-8').send(bytes));
console.log(`listening at ${await app.listen({ host: '127.0.0.1', port: 0 })}`);
