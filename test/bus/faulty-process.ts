/**
 * A process of the bus that stands still and dies between its operations on Redis and on the store of its
 * handlers. All of a process stands still at once, as under SIGSTOP; of one that has died no operation
 * happens any more, and what it had under way nobody learns.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import {
  createBus,
  duplicateForBlocking,
  DEFAULT_BUS_OPTIONS,
  type Bus,
  type BusOptions,
  type RedisClient,
} from '../../src/bus/index.ts';
import { connectRedis } from '../../src/stores/redis.ts';
import type { Random } from '../faults/random.ts';

const log = pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });

/** Of a thousand operations so many end their process, and at so many it stands still. */
const DEATHS = 6;
const STANDSTILLS = 12;

/** What every operation of a process fails of when it is dead. */
export class Died extends Error {}

export interface FaultyProcess {
  bus: Bus;
  /** Does an operation of the process, unless it dies before; throws {@link Died} where it dies after, too. */
  operate<T>(operation: () => Promise<T> | T): Promise<T>;
  /** Stops it, dead or alive, and closes what it holds. */
  end(): Promise<void>;
}

export interface FaultyProcessOptions {
  redisUrl: string;
  keyPrefix: string;
  options: Partial<BusOptions>;
  random: Random;
  /** Whether there are faults; where there are none any more, those who live work undisturbed. */
  faulty: () => boolean;
  /** How long it stands still at most, in ms. */
  standstillMs: number;
  /** Told once that it has died. */
  died: () => void;
  /** Told of every command before it is sent. */
  sending?: (command: string, args: readonly unknown[]) => Promise<void>;
}

/** Opens a process. */
export async function openFaultyProcess(process: FaultyProcessOptions): Promise<FaultyProcess> {
  const { redisUrl, keyPrefix, options, random, standstillMs, sending } = process;
  const happens = (of: number): boolean => process.faulty() && random.next() * 1000 < of;
  const commands = await connectRedis(redisUrl, log);
  const opened: RedisClient[] = [commands];
  let dead = false;
  let standing: Promise<void> = Promise.resolve();

  function die(): void {
    if (!dead) process.died();
    dead = true;
    for (const connection of opened) connection.disconnect();
  }

  async function halt(): Promise<void> {
    await standing;
    if (!dead && happens(DEATHS)) die();
    if (dead) throw new Died();
    if (happens(STANDSTILLS)) standing = pause(random.between(1, standstillMs));
    await standing;
  }

  async function operate<T>(operation: () => Promise<T> | T): Promise<T> {
    await halt();
    const result = await operation();
    await halt();
    return result;
  }

  /** What it sends by a client or a pipeline is an operation. */
  function faulty<T extends object>(target: T): T {
    const wrapped: T = new Proxy(target, {
      get(_, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        const call = (...args: unknown[]): unknown => Reflect.apply(value, target, args);
        if (name === 'pipeline' || name === 'multi')
          return (...args: unknown[]) => faulty(call(...args) as object);
        if (!isCommand(name)) return call;
        return (...args: unknown[]): unknown => {
          // A command of a pipeline is only put down; it is sent by `exec`.
          if ('exec' in target && target !== (commands as object) && name !== 'exec') {
            call(...args);
            return wrapped;
          }
          return operate(async () => {
            await sending?.(String(name), args);
            return call(...args);
          });
        };
      },
    });
    return wrapped;
  }

  const bus = createBus({
    connections: {
      commands: faulty(commands),
      blocking(key) {
        if (dead) throw new Died();
        const connection = duplicateForBlocking(commands, key);
        opened.push(connection);
        return connection;
      },
    },
    keyPrefix,
    options: { ...DEFAULT_BUS_OPTIONS, ...options },
    log,
  });
  return {
    bus,
    operate,
    async end() {
      await bus.stop();
      for (const connection of opened) connection.disconnect();
    },
  };
}

/** The commands that the bus sends by its client. */
const COMMANDS = new Set(
  'call client eval exec hdel hget hgetall hset info pexpire ping rpush ltrim set get xack xadd xautoclaim xclaim xgroup xinfo xpending xrange xreadgroup xrevrange xtrim'.split(
    ' ',
  ),
);

function isCommand(name: string | symbol): boolean {
  return typeof name === 'string' && COMMANDS.has(name);
}
