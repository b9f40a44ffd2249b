/**
 * Order by key, parallel across keys: items with the same key run one after another, the first ones of
 * all keys run together in batches, up to a bound.
 */

/** How items are put together. Those with the same may share a batch. */
export interface Batching {
  /** How long a batch that is not full waits for company, in ms. */
  readonly lingerMs: number;
  /** Whether a batch may hold several items of a key, in their order. */
  readonly repeatsKeys: boolean;
}

export interface Keyed<Item> {
  /** What orders the item. */
  readonly key: string;
  readonly batching: Batching;
  /** The next item with this key; for the queue alone. */
  next?: Item | undefined;
}

export interface KeyedQueueOptions<Item extends Keyed<Item>> {
  concurrency: number;
  batch: number;
  /**
   * Runs a batch. Gives the items that must run again and in how many ms; their keys stay blocked
   * until then. Of several with one key, all behind one that must run again must too, or be dropped.
   * Must not reject.
   */
  run(items: Item[]): Promise<ReadonlyMap<Item, number>>;
}

export interface KeyedQueue<Item extends Keyed<Item>> {
  add(items: readonly Item[]): void;
  /** Resolves when nothing runs. */
  whenIdle(): Promise<void>;
  /** Starts nothing more; resolves when what runs has ended. */
  stop(): Promise<void>;
}

export function createKeyedQueue<Item extends Keyed<Item>>(
  options: KeyedQueueOptions<Item>,
): KeyedQueue<Item> {
  /** The last of the items of each key that are not done; the first is ready, running or deferred. */
  const lasts = new Map<string, Item>();
  const ready = createReady<Item>(options.batch, pump);
  let idle: PromiseWithResolvers<void> | undefined;
  let running = 0;

  function pump(): void {
    while (running < options.concurrency) {
      const batch = ready.take();
      if (!batch) return;
      running += 1;
      void run(batch);
    }
  }

  async function run(batch: Item[]): Promise<void> {
    const again = await options.run(batch);
    running -= 1;
    /** By key, the last item of the batch that runs again. */
    const kept = new Map<string, Item>();
    for (let i = 0; i < batch.length; i += 1) {
      const item = batch[i]!;
      const pauseMs = again.size > 0 ? again.get(item) : undefined;
      const before = again.size > 0 ? kept.get(item.key) : undefined;
      if (pauseMs !== undefined) {
        if (!before) ready.addLater(item, pauseMs);
        kept.set(item.key, item);
      } else if (before) {
        before.next = item.next;
        if (!item.next) lasts.set(item.key, before);
      } else if (!item.next) lasts.delete(item.key);
      else if (item.next !== batch[i + 1]) ready.add(item.next);
    }
    pump();
    if (running > 0) return;
    idle?.resolve();
    idle = undefined;
  }

  async function whenIdle(): Promise<void> {
    if (running > 0) await (idle ??= Promise.withResolvers()).promise;
  }

  return {
    add(items) {
      for (const item of items) {
        const last = lasts.get(item.key);
        lasts.set(item.key, item);
        if (last) last.next = item;
        else ready.add(item);
      }
      pump();
    },
    whenIdle,
    stop() {
      ready.close();
      return whenIdle();
    },
  };
}

/** The first items of their keys, in batches that take turns. */
interface Ready<Item> {
  add(item: Item): void;
  addLater(item: Item, ms: number): void;
  /** Takes a batch that is full, or has waited for company; undefined where there is none. */
  take(): Item[] | undefined;
  /** To be called when nothing more is taken. */
  close(): void;
}

/** `notify` is called when there may be a batch that there was not before. */
function createReady<Item extends Keyed<Item>>(size: number, notify: () => void): Ready<Item> {
  /** They are due when they have waited for company. */
  const ready = new Map<Batching, { items: Item[]; due: boolean }>();
  const timers = new Set<NodeJS.Timeout>();
  let closed = false;

  function later(ms: number, work: () => void): void {
    if (closed) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
      notify();
    }, ms);
    timers.add(timer);
  }

  function add(item: Item): void {
    const { batching } = item;
    let first = ready.get(batching);
    if (!first) {
      const opened = { items: [], due: batching.lingerMs === 0 };
      if (!opened.due) later(batching.lingerMs, () => (opened.due = true));
      ready.set(batching, (first = opened));
    }
    first.items.push(item);
  }

  return {
    add,
    addLater: (item, ms) => later(ms, () => add(item)),
    take() {
      if (closed) return undefined;
      for (const [batching, first] of ready) {
        if (!first.due && first.items.length < size) continue;
        const batch = takeBatch(first.items, batching, size);
        // Put back at the end, so that they take turns.
        ready.delete(batching);
        if (first.items.length > 0) ready.set(batching, first);
        return batch;
      }
      return undefined;
    },
    close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** Takes up to `size` items from first ones of keys; with those behind them, where a batch may repeat keys. */
function takeBatch<Item extends Keyed<Item>>(
  firsts: Item[],
  batching: Batching,
  size: number,
): Item[] {
  if (!batching.repeatsKeys) return firsts.splice(0, size);
  const batch: Item[] = [];
  let keys = 0;
  for (; keys < firsts.length && batch.length < size; keys += 1) {
    let item = firsts[keys];
    for (; item?.batching === batching && batch.length < size; item = item.next) batch.push(item);
  }
  firsts.splice(0, keys);
  return batch;
}
