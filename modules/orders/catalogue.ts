/** The module's own copy of the catalogue: names and prices, kept by the events of `products`. */
import { randomUUID } from 'node:crypto';
import type { Collection, Timestamp } from 'mongodb';
import {
  groupCommit,
  lookOnceIn,
  type EventOf,
  type ModuleContext,
  type OutboxDocument,
} from '#host';
import type { catalogueSent, productUpdated } from '../products/events.ts';
import { catalogueRequested } from './events.ts';

export interface CatalogueEntry {
  /** The product's id. */
  _id: string;
  version: number;
  name: string;
  brand?: string;
  category?: string;
  /** In the smallest unit of the currency. */
  price: number;
  currency: string;
  /** How many decimals that unit has; what an earlier Millrace has imported does not say. */
  decimals?: number;
  /** The operator has taken it out of the shop. */
  archived?: boolean;
}

/** What is known of the copy as a whole. */
interface CatalogueState extends OutboxDocument {
  _id: 'catalogue';
  /** How many products the copy must hold to be complete; not known before `catalogue.sent`. */
  expected?: number;
  complete: boolean;
  /** When the copy was changed last; another after every change. */
  updatedAt?: Timestamp;
}

/** Entries in memory at most. */
const KEPT = 10_000;
/** How old a price in memory may be, in ms: no older than one that is on its way here by an event. */
const STALE_MS = 1000;
/** After how long all is read anew, in ms: an older process that runs beside this notes no changes. */
const REREAD_MS = 60_000;

/** The copy in one process. */
export interface Catalogue {
  readonly products: Collection<CatalogueEntry>;
  readonly states: Collection<CatalogueState>;
  readonly memory: CatalogueMemory;
  readonly publish: ModuleContext['publish'];
}

export function openCatalogue({ db, publish }: Pick<ModuleContext, 'db' | 'publish'>): Catalogue {
  const products = db.collection<CatalogueEntry>('catalogue');
  const states = db.collection<CatalogueState>('state');
  return { products, states, memory: createMemory(products, states), publish };
}

/** Asks `products` for the whole catalogue, unless the copy is complete. */
export async function requestCatalogue(catalogue: Catalogue): Promise<void> {
  if (await isComplete(catalogue)) return;
  const request = catalogueRequested.create({ requestId: randomUUID() });
  await catalogue.states.updateOne(
    { _id: 'catalogue' },
    { $set: { complete: false }, $push: { outbox: request } },
    { upsert: true },
  );
  await catalogue.publish('state', [{ _id: 'catalogue', outbox: [request] }]);
}

/** Keeps the newest version of each product, in whatever order they come. */
export async function storeProducts(
  catalogue: Catalogue,
  events: EventOf<typeof productUpdated>[],
): Promise<void> {
  await catalogue.products.bulkWrite(
    events.map(({ data: { productId: _id, decimals, archived, ...data } }) => ({
      updateOne: {
        filter: { _id },
        update: [
          {
            $replaceWith: {
              $cond: [
                { $gte: ['$version', data.version] },
                '$$ROOT',
                {
                  $literal: {
                    _id,
                    ...data,
                    ...(decimals !== undefined && { decimals }),
                    ...(archived && { archived }),
                  },
                },
              ],
            },
          },
        ],
        upsert: true,
      },
    })),
    { ordered: false },
  );
  await catalogue.states.updateOne(
    { _id: 'catalogue' },
    { $currentDate: { updatedAt: { $type: 'timestamp' } } },
    { upsert: true },
  );
  catalogue.memory.drop();
}

/** Notes how large the copy must be. */
export async function noteCatalogueSize(
  catalogue: Catalogue,
  events: EventOf<typeof catalogueSent>[],
): Promise<void> {
  const expected = Math.max(...events.map(({ data }) => data.products));
  await catalogue.states.updateOne({ _id: 'catalogue' }, { $max: { expected } }, { upsert: true });
}

interface CatalogueMemory {
  drop(): void;
  find(productIds: readonly string[]): Promise<(CatalogueEntry | undefined)[]>;
}

/**
 * The products in memory. What was read is right until the copy has changed: of what this process
 * changes itself nothing stays, and others' changes are looked for while somebody orders. What is not in
 * memory is asked of MongoDB.
 */
function createMemory(
  products: Collection<CatalogueEntry>,
  states: Collection<CatalogueState>,
): CatalogueMemory {
  const kept = new Map<string, CatalogueEntry>();
  let asOf: string | undefined;
  let rereadAt = 0;
  /** Counts when something was dropped: what was being read by then may be old. */
  let drops = 0;
  const changedAt = lookOnceIn(STALE_MS, async () => {
    const state = await states.findOne({ _id: 'catalogue' });
    return state?.updatedAt?.toJSON().$timestamp;
  });
  const read = groupCommit<string, CatalogueEntry | undefined>(async (ids) => {
    const before = drops;
    const entries = await products.find({ _id: { $in: [...new Set(ids)] } }).toArray();
    const found = new Map(entries.map((entry) => [entry._id, entry]));
    if (before === drops && kept.size < KEPT) for (const [id, entry] of found) kept.set(id, entry);
    return ids.map((id) => found.get(id));
  });
  function drop(): void {
    kept.clear();
    drops += 1;
  }
  return {
    drop,
    async find(productIds: readonly string[]) {
      const now = await changedAt();
      if (now !== asOf || performance.now() >= rereadAt) {
        drop();
        asOf = now;
        rereadAt = performance.now() + REREAD_MS;
      }
      return Promise.all(productIds.map(async (id) => kept.get(id) ?? read(id)));
    },
  };
}

/** The entries of these products, as far as the copy has them, by id. */
export async function findProducts(
  { memory }: Catalogue,
  productIds: readonly string[],
): Promise<Map<string, CatalogueEntry>> {
  const found = await memory.find(productIds);
  return new Map(found.flatMap((entry) => (entry ? [[entry._id, entry]] : [])));
}

/** Whether a product that the copy lacks is one that does not exist. */
export async function isComplete({ products, states }: Catalogue): Promise<boolean> {
  const state = await states.findOne({ _id: 'catalogue' });
  if (state?.complete) return true;
  if (state?.expected === undefined) return false;
  const complete = (await products.estimatedDocumentCount()) >= state.expected;
  if (complete) await states.updateOne({ _id: 'catalogue' }, { $set: { complete } });
  return complete;
}
