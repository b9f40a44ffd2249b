/** The images: built from the Dockerfile, run as docs/guides/deploy.md says, bought from, stopped, started again. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import tap, { test, type Test } from 'tap';
import { eventually } from '../support.ts';
import { buy, orderOf, visit } from './buyer.ts';
import { openContainers, type Container, type Containers } from './containers.ts';
import { TOOLLESS } from './tool.ts';

/** Two images are built, with packages from two registries, beside other tests. Milliseconds. */
tap.setTimeout(1_800_000);
/** How long a container may take until it serves, in ms. */
const READY_MS = 240_000;
/** The goal for the application alone. Bytes. */
const SMALL = 250_000_000;

const PRODUCT = { productId: '11001', productDisplayName: 'Grey Running Shoes', price: 22885 };
const ADMIN_TOKEN = 'the-token-of-the-operator';
const ROOT = join(import.meta.dirname, '..', '..');
const ownPackage = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  version: string;
  scripts: Record<string, string>;
};

test('the images', { skip: TOOLLESS }, async (t) => {
  const containers = await openContainers(t);
  const full = await containers.build();
  const app = await containers.build('app');

  await t.test('both run as the same user, by the same command, and hold what runs alone', (part) =>
    describe(part, containers, { full, app }),
  );

  await t.test('the application alone is small', async (part) => {
    const { Size } = await containers.inspect(app);
    part.ok(Size < SMALL, `${Size} bytes`);
  });

  await t.test(
    'one container sells, stops, and finds its orders when it is started again',
    (part) => sellAndStartAgain(part, containers, full),
  );

  await t.test(
    'one role runs beside the rest, and the full image starts no engine that is named',
    (part) => split(part, containers, { full, app }),
  );
});

async function describe(t: Test, containers: Containers, images: { full: string; app: string }) {
  for (const [name, image] of Object.entries(images)) {
    const { Config } = await containers.inspect(image);
    t.equal(Config.User, '10001:10001', 'a user by number, which Kubernetes can tell from root');
    t.equal(Config.Cmd.join(' '), ownPackage.scripts['start'], 'the command is that of npm start');
    t.match(Config.Labels, {
      'org.opencontainers.image.title': 'Millrace',
      'org.opencontainers.image.version': ownPackage.version,
    });
    const script = `
      const { default: sharp } = await import('sharp');
      const { existsSync, globSync, readdirSync } = await import('node:fs');
      const on = (name) => process.env.PATH.split(':').some((path) => existsSync(path + '/' + name));
      console.log(JSON.stringify({
        node: process.version.split('.')[0],
        nodes: globSync('/millrace/node_modules/**/bin/node'),
        development: [
          'engines/setup', 'node_modules/tap', 'node_modules/esbuild', 'node_modules/typescript', 'node_modules/oxlint',
        ].filter((name) => existsSync('/millrace/' + name)),
        compilers: ['cc', 'gcc', 'g++', 'make'].filter(on),
        files: readdirSync('/millrace').toSorted(),
        uid: process.getuid(),
        picture: (await sharp({ create: { width: 2, height: 1, channels: 3, background: 'red' } })
          .avif().toBuffer({ resolveWithObject: true })).info.width,
        pages: readdirSync('/millrace/build/storefront').toSorted(),
      }))`;
    const command = ['node', '--input-type=module', '--eval', script];
    t.same(JSON.parse(await containers.run({ image, command })), {
      node: 'v24',
      nodes: [],
      development: [],
      compilers: [],
      files: [
        '.npmrc',
        'LICENSE',
        'build',
        ...(name === 'full' ? ['engines'] : []),
        'millrace.mjs',
        'modules',
        'node_modules',
        'package-lock.json',
        'package.json',
        'src',
      ].toSorted(),
      uid: 10001,
      picture: 2,
      pages: ['assets', 'server.mjs'],
    });
  }
  const { full, app } = images;
  await t.rejects(
    containers.run({ image: app }),
    /did not start\..* Set REDIS_URL and MONGODB_URL/,
    'the application alone says which engines it needs',
  );
  t.same(Object.keys((await containers.inspect(full)).Config.Volumes ?? {}), ['/data']);
  t.same(Object.keys((await containers.inspect(app)).Config.Volumes ?? {}), []);
}

async function sellAndStartAgain(t: Test, containers: Containers, image: string) {
  const volume = await containers.createVolume();
  const args = ['--volume', `${volume}:/data`];
  const first = await containers.start({ image, args });
  await ready(first);
  await first.checkHealth();

  await first.exec('sh', '-c', `echo '${JSON.stringify(PRODUCT)}' > /tmp/products.ndjson`);
  const imported = await first.exec('npm', 'run', 'import', '--', '/tmp/products.ndjson');
  t.match(imported, /1 new, 0 changed, 0 unchanged, 0 bad/);
  const visitor = await visit(first.url);
  const bought = await buy(first.url, visitor);
  t.equal(bought.orderAmount, PRODUCT.price);
  t.match(await first.exec('millrace', 'rebuild', 'order-history'), /is rebuilt: 1 documents/);
  t.equal((await first.logs()).match(/operator's token of this run is/g)?.length, 1);
  t.equal(await first.stop(), 0, 'it ends by itself');

  const read = (file: string) => containers.run({ image, args, command: ['cat', `/data/${file}`] });
  t.match(await read('mongodb.log'), /shutdown complete/, 'MongoDB was stopped, not killed');
  t.match(await read('redis.log'), /ready to exit, bye bye/, 'Redis was stopped, not killed');
  t.match(await read('redis/appendonlydir/appendonly.aof.manifest'), /appendonly\.aof/);

  const second = await containers.start({ image, args });
  await ready(second);
  t.match(await orderOf(second.url, visitor, bought.orderId), bought);
  t.equal(await second.stop(), 0);
}

async function split(
  t: Test,
  containers: Containers,
  { full, app }: { full: string; app: string },
) {
  const redis = await containers.start({
    image: full,
    command: ['redis-server', '--protected-mode', 'no', '--dir', '/data'],
  });
  const mongodb = await containers.start({
    image: full,
    command: [
      'mongod',
      '--bind_ip_all',
      '--replSet',
      'millrace',
      '--dbpath',
      '/data',
      '--nounixsocket',
    ],
  });
  const host = `${mongodb.address}:27017`;
  const initiate = `
    const { MongoClient } = await import('mongodb');
    const client = await MongoClient.connect('mongodb://127.0.0.1', { directConnection: true });
    const members = [{ _id: 0, host: '${host}' }];
    await client.db('admin').command({ replSetInitiate: { _id: 'millrace', members } });
    await client.close();`;
  const initiated = () =>
    mongodb.exec('node', '--input-type=module', '--eval', initiate).then(
      () => true,
      () => false,
    );
  await eventually('MongoDB is a replica set', initiated, READY_MS);

  const engines = {
    ADMIN_TOKEN,
    REDIS_URL: `redis://${redis.address}:6379`,
    MONGODB_URL: `mongodb://${host}/?replicaSet=millrace`,
  };
  const withEngines = (variables: Record<string, string>) =>
    Object.entries({ ...engines, ...variables }).flatMap(([name, value]) => [
      '--env',
      `${name}=${value}`,
    ]);
  const rest = 'gateway,storefront,tutorial-api,products,orders,order-history,digital-identity';
  const shop = await containers.start({ image: app, args: withEngines({ MODULES: rest }) });
  await ready(shop);
  const payments = await containers.start({
    image: full,
    args: withEngines({ MODULES: 'payments' }),
  });
  await ready(payments);

  const visitor = await visit(shop.url);
  const { orderId, paymentId } = await buy(shop.url, visitor);
  const response = await fetch(`${shop.url}/api/payments/${paymentId}`, { headers: visitor });
  t.match(await response.json(), { orderId, status: 'processed' }, 'through the gateway');

  const programs = await payments.exec('sh', '-c', 'cat /proc/[0-9]*/comm');
  t.notMatch(programs, /redis-server|mongod|wine/, 'no engine of its own');
  t.equal(await payments.exec('sh', '-c', 'ls -A /data'), '', 'no data of its own');
  t.notMatch(await payments.logs(), /operator's token/, 'a token that is set is not printed');
  t.equal(await payments.stop(), 0);
  t.equal(await shop.stop(), 0);
}

async function ready(container: Container): Promise<void> {
  const answers = async () =>
    (await fetch(`${container.url}/readyz`).catch(() => undefined))?.status === 200;
  await eventually('the container is ready', answers, READY_MS).catch(async (error: Error) => {
    throw new Error(`${error.message}\n${await container.logs()}`, { cause: error });
  });
}
