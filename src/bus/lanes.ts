/**
 * Order by key, parallel across keys: items with the same key run one after another, the heads of
 * all keys run together in batches, up to a bound.
 */

export interface Lane {
  /** What orders the item. */
  readonly key: string;
  /** Items of the same kind may share a batch. */
  readonly kind: unknown;
}

export interface LanesOptions<Item extends Lane> {
  concurrency: number;
  batch: number;
  /**
   * Runs a batch of one kind, no two items with the same key. Gives the items that must run again
   * and in how many ms; their keys stay blocked until then. Must not reject.
   */
  run(items: Item[]): Promise<Map<Item, number>>;
}

export interface Lanes<Item extends Lane> {
  add(items: readonly Item[]): void;
  /** Starts nothing more, resolves when what runs has ended. Gives the items that are not done. */
  stop(): Promise<Item[]>;
}

export function createLanes<Item extends Lane>(options: LanesOptions<Item>): Lanes<Item> {
  /** Every item that is not done; the first of a key is ready, running or waiting to run again. */
  const queues = new Map<string, Item[]>();
  const ready = new Map<unknown, Item[]>();
  const timers = new Map<Item, NodeJS.Timeout>();
  let stoppedRunning: (() => void) | undefined;
  let running = 0;
  let stopped = false;

  function makeReady(item: Item): void {
    const items = ready.get(item.kind);
    if (items) items.push(item);
    else ready.set(item.kind, [item]);
  }

  function pump(): void {
    while (!stopped && running < options.concurrency) {
      const next = ready.entries().next().value;
      if (!next) return;
      const [kind, items] = next;
      const batch = items.splice(0, options.batch);
      // Put back at the end, so that the kinds take turns.
      ready.delete(kind);
      if (items.length > 0) ready.set(kind, items);
      running += 1;
      void run(batch);
    }
  }

  async function run(batch: Item[]): Promise<void> {
    const again = await options.run(batch);
    running -= 1;
    for (const item of batch) {
      const delay = again.get(item);
      if (delay === undefined) finish(item);
      else if (!stopped) timers.set(item, setTimeout(retry, delay, item));
    }
    pump();
    if (running === 0) stoppedRunning?.();
  }

  function retry(item: Item): void {
    timers.delete(item);
    makeReady(item);
    pump();
  }

  function finish(item: Item): void {
    const queue = queues.get(item.key);
    queue?.shift();
    if (queue?.[0]) makeReady(queue[0]);
    else queues.delete(item.key);
  }

  return {
    add(items) {
      for (const item of items) {
        const queue = queues.get(item.key);
        if (queue) queue.push(item);
        else {
          queues.set(item.key, [item]);
          makeReady(item);
        }
      }
      pump();
    },
    async stop() {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
      if (running > 0) await new Promise<void>((resolve) => (stoppedRunning = resolve));
      return [...queues.values()].flat();
    },
  };
}
