/** Opening subscriptions: all of a process are of one consumer, and ask the stores together whether they answer. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { probeServers } from '../connections.ts';
import type { Opening } from '../replay/replays.ts';
import { createStoreCheck } from './retry-policy.ts';
import { createSubscription, type Subscription, type SubscriptionOptions } from './subscription.ts';

/** What the subscriptions of a process share. */
type Shared = Omit<
  SubscriptionOptions,
  'stream' | 'key' | 'group' | 'listeners' | 'restoreGroup' | 'consumer' | 'storesAnswer'
> & {
  /** The name of a key in Redis, with what stands before every key. */
  keyOf: (name: string) => string;
  /** Writes to the store of the handlers; rejects where it is away. */
  probeStore: (() => Promise<unknown>) | undefined;
};

/** Makes the function that opens a subscription as a consumer of this process. */
export function createOpening(shared: Shared): (opening: Opening) => Subscription {
  const { commands, keyOf, contracts, probeStore } = shared;
  const consumer = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const storesAnswer = createStoreCheck(() =>
    Promise.all([probeServers(commands, keyOf('millrace:bus:probe'), 1), probeStore?.()]),
  );
  return (opening) =>
    createSubscription({
      ...shared,
      ...opening,
      consumer,
      contracts: contracts.filter(({ stream }) => stream === opening.stream),
      storesAnswer,
    });
}
