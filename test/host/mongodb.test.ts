/** What MONGODB_URL may name: a replica set, and nothing less. */
import { MongoClient } from 'mongodb';
import { test } from 'tap';
import { findMongod } from '../../engines/locate.mjs';
import { memberProgram } from '../../engines/mongod.ts';
import { connectMongodb } from '../../src/stores/mongodb.ts';
import { standalone } from '../replica-set.ts';
import { openServers, pathOf } from '../servers.ts';

test('a standalone MongoDB is refused with the commands that turn it into a replica set', async (t) => {
  const start = openServers(t);
  const { port } = await start('server', (home, on) =>
    standalone(memberProgram(pathOf(findMongod()), home, on, '')),
  );
  const refused = connectMongodb(`mongodb://127.0.0.1:${port}`);
  await t.rejects(refused, {
    message: new RegExp(
      `MONGODB_URL names 127.0.0.1:${port}, which is a standalone server.*\n` +
        ` +mongod --replSet millrace .*\n +mongosh 127.0.0.1:${port} --eval 'rs.initiate\\(\\)'$`,
    ),
  });
});

test('a member without configuration is refused with the command that gives it one, which works', async (t) => {
  const start = openServers(t);
  const { port } = await start('member', (home, on) =>
    memberProgram(pathOf(findMongod()), home, on, 'millrace'),
  );
  const url = `mongodb://127.0.0.1:${port}`;
  await t.rejects(connectMongodb(url), { message: /has no configuration yet.*rs\.initiate/s });

  const direct = await MongoClient.connect(url, { directConnection: true });
  t.teardown(() => direct.close());
  await direct.db('admin').command({ replSetInitiate: {} });
  const client = await connectMongodb(url);
  t.teardown(() => client.close());
  await client.db('test').collection('kept').insertOne({});
  t.equal(await client.db('test').collection('kept').countDocuments(), 1);
});
