/** A shop for tests in a browser: a real process, and the calls by which a test arranges what it needs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modules } from '../../modules/index.ts';
import { runImport } from '../modules/products/catalogue.ts';
import { startProcess } from '../process.ts';
import type { Scope } from '../servers.ts';
import type { OrderBody, SeedProduct } from '../shop.ts';
import { ADMIN_TOKEN, eventually, openTestEnvironment, type TestEnvironment } from '../support.ts';

/** As long as a name may be, and nowhere to break it. */
export const LONG_NAME = 'Unbreakable'.repeat(19).slice(0, 200);

export interface Question {
  /** Of a session, or of the operator; nobody by default. */
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Shop {
  /** Where it listens; stays the same when it is started again. */
  readonly url: string;
  readonly adminToken: string;
  readonly api: Api;
  /** The product of the sample whose name is `LONG_NAME`; undefined without the sample. */
  readonly longNamed: string | undefined;
}

/** A module in a process of its own. */
export interface ModuleApart {
  /** Sends its process a signal. */
  signal: (signal: NodeJS.Signals) => void;
  /** Starts another process for it. */
  start: () => Promise<void>;
}

/** A shop of a test's own, which it may stop. */
export interface OwnShop extends Shop {
  /** Ends its process, by default in good order; resolves when it has ended. */
  stop: (signal?: NodeJS.Signals) => Promise<void>;
  /** Starts it again on its data and its port, with the variables it had and these. */
  start: (environment?: Record<string, string>) => Promise<void>;
  /** Starts a process that runs this module alone, which was left out of the shop's own. */
  startApart: (module: string) => Promise<ModuleApart>;
}

/**
 * Starts a shop with the sample catalogue, in which one product has a long name, unless the variables
 * say otherwise; it ends with the scope, and nothing of it stays.
 */
export async function startShop(
  scope: Scope,
  environment: Record<string, string> = {},
): Promise<OwnShop> {
  const env = await openTestEnvironment(scope);
  const variables: Record<string, string> = {
    ADMIN_TOKEN,
    SAMPLE_CATALOGUE: 'on',
    CATALOGUE_CACHE_MS: '100',
    LOG_LEVEL: 'info',
    ...environment,
  };
  let millrace = await startProcess(scope, env, variables);
  const { url } = millrace;
  const api = createApi(scope, env, url);
  await api.catalogueArrived();
  return {
    url,
    adminToken: ADMIN_TOKEN,
    api,
    longNamed: variables['SAMPLE_CATALOGUE'] === 'on' ? await giveLongName(api) : undefined,
    async stop(signal = 'SIGTERM') {
      await millrace.end(signal);
    },
    async start(more) {
      Object.assign(variables, { PORT: new URL(url).port }, more);
      millrace = await startProcess(scope, env, variables);
    },
    async startApart(module) {
      const own = { ...variables, MODULES: module, PORT: '0' };
      let apart = await startProcess(scope, env, own);
      return {
        signal: (signal) => void apart.child.kill(signal),
        async start() {
          apart = await startProcess(scope, env, own);
        },
      };
    },
  };
}

/** What `MODULES` says of a shop without one module. */
export const allBut = (module: string): string =>
  modules
    .map(({ name }) => name)
    .filter((name) => name !== module)
    .join(',');

/** Gives the first product of the list a long name; gives its id. */
async function giveLongName(api: Api): Promise<string | undefined> {
  const { items } = await api.ask<{ items: SeedProduct[] }>('GET /api/products?limit=1');
  const productId = items[0]?.productId;
  if (productId === undefined) throw new Error('the sample catalogue is empty');
  const renamed = { token: ADMIN_TOKEN, body: { name: LONG_NAME } };
  await api.ask(`PATCH /api/admin/products/${productId}`, renamed);
  return productId;
}

export type Api = ReturnType<typeof createApi>;

function createApi(scope: Scope, env: TestEnvironment, url: string) {
  /**
   * Makes a call, `POST /api/sessions`, and gives its answer.
   * @throws Error with the answer where its status is not 2xx
   */
  async function ask<Body>(call: string, { token, body, headers }: Question = {}): Promise<Body> {
    const [method = '', path = ''] = call.split(' ');
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${call}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as Body;
  }

  /** Waits until every product can be ordered. */
  async function catalogueArrived(): Promise<void> {
    const { total } = await ask<{ total: number }>('GET /api/products?limit=1');
    const copy = env.mongodb.db(`${env.databasePrefix}orders`).collection('catalogue');
    await eventually(
      '`orders` has its copy of the products',
      async () => (await copy.countDocuments()) >= total,
    );
  }

  return {
    ask,
    catalogueArrived,
    /** For what strangers do to the streams of the shop. */
    redis: env.redis,
    keyOf: (stream: string) => env.keyPrefix + stream,

    /** Imports a file of products as a user does, and waits until all can be ordered. */
    async importFile(file: string, images?: string): Promise<void> {
      const args = images === undefined ? [file] : [file, '--images', images];
      const { status, stderr } = await runImport(env, args);
      if (status !== 0) throw new Error(`the import ended with status ${status}: ${stderr}`);
      await catalogueArrived();
    },

    /** Imports products, with whatever fields of an import; the first import takes the sample out. */
    async importProducts(products: readonly (SeedProduct & Record<string, unknown>)[]) {
      const directory = mkdtempSync(join(tmpdir(), 'millrace-import-'));
      try {
        const file = join(directory, 'products.ndjson');
        const lines = products.map((product) =>
          JSON.stringify({
            price: 1000,
            stockQty: 25,
            productDisplayName: `Product ${product.productId}`,
            ...product,
          }),
        );
        writeFileSync(file, lines.join('\n'));
        await this.importFile(file);
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    },

    /** Sets the pieces of a product that can be ordered. */
    async setStock(productId: string, stockQty: number): Promise<void> {
      const path = `/api/admin/products/${productId}`;
      const token = ADMIN_TOKEN;
      const now = await ask<{ stockQty: number }>(`GET ${path}`, { token });
      const body = { change: stockQty - now.stockQty };
      await ask(`POST ${path}/stock`, { token, body });
    },

    /** Adds entries to a stream, as a stranger would. */
    async addEntries(stream: string, entries: readonly Record<string, string>[]): Promise<void> {
      const pipeline = env.redis.pipeline();
      for (const fields of entries)
        pipeline.xadd(env.keyPrefix + stream, '*', ...Object.entries(fields).flat());
      for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
    },

    /**
     * Has MongoDB refuse what a module writes to a collection, as a fault of a handler would. Gives what ends
     * that; the end of the scope does, since others are given the database then.
     */
    async refuseWrites(module: string, collection: string): Promise<() => Promise<void>> {
      const db = env.mongodb.db(`${env.databasePrefix}${module}`);
      const set = async (validator: object): Promise<void> => {
        await db.command({ collMod: collection, validator });
      };
      const end = () => set({});
      scope.teardown(end);
      await set({ never: { $exists: true } });
      return end;
    },

    /** Begins a guest's session. */
    startSession: () => ask<{ token: string; userId: string }>('POST /api/sessions'),

    /** Places an order of these quantities by product, and gives it when it has ended. */
    async placeOrder(token: string, quantities: Record<string, number>): Promise<OrderBody> {
      const items = Object.entries(quantities).map(([productId, quantity]) => ({
        productId,
        quantity,
      }));
      const placed = await ask<OrderBody>('POST /api/orders', { token, body: { items } });
      return eventually(`order ${placed.orderId} has ended`, async () => {
        const order = await ask<OrderBody>(`GET /api/orders/${placed.orderId}`, { token });
        return order.orderStatusCode !== 1 && order.orderStatusCode !== 2 && order;
      });
    },
  };
}
