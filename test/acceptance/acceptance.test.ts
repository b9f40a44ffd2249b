/** One suite of REST calls in every shape of a shop: the same answers, the same document. */
import { t as file, test } from 'tap';
import { makeCalls } from './calls.ts';
import { createClient, type Recorded } from './record.ts';
import { addEntry, CLUSTER, COPIES, ONE, SPLIT, startShop, type Shop } from './shapes.ts';

/** The calls of the document, as they stand there. */
interface Document {
  paths: Record<string, Record<string, object>>;
}

const SHAPES = {
  'one process': ONE,
  'one process a module': SPLIT,
  'two copies of each module': COPIES,
  'one process on Redis Cluster': CLUSTER,
};

// Many processes start one after another, which a busy machine takes its time for.
file.setTimeout(1_800_000);

let first: { recorded: readonly Recorded[]; document: string } | undefined;

for (const [name, shape] of Object.entries(SHAPES)) {
  test(`the answers of ${name}`, async (t) => {
    const shop = await startShop(t, shape);
    const client = createClient(t, shop.urls);
    await makeCalls(client, (...entry) => addEntry(shop, ...entry));
    const documents = await documentsOf(shop);
    t.equal(new Set(documents).size, 1, 'every gateway gives the same document');
    const [document = ''] = documents;
    if (!first) {
      t.same(uncalled(JSON.parse(document) as Document, client.recorded), [], 'all calls are made');
      first = { recorded: client.recorded, document };
    } else {
      t.same(client.recorded, first.recorded, 'they are those of one process');
      t.equal(document, first.document, 'the OpenAPI document is the same, byte by byte');
    }
  });
}

function documentsOf({ urls }: Shop): Promise<string[]> {
  return Promise.all(urls().map(async (url) => (await fetch(`${url}/openapi.json`)).text()));
}

/** The calls under `/api` of a document that were not made. */
function uncalled({ paths }: Document, recorded: readonly Recorded[]): string[] {
  const made = recorded.map(({ call }) => call.split('?')[0]!);
  return Object.entries(paths)
    .filter(([path]) => path.startsWith('/api/'))
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => ({ path, method })))
    .filter(({ path, method }) => {
      const [before] = path.split('{');
      const look = new RegExp(`^${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
      return !made.some((call) => before !== undefined && look.test(call));
    })
    .map(({ path, method }) => `${method} ${path}`);
}
