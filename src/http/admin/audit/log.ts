/**
 * The audit log in MongoDB: what operators have changed. It is only added to: an entry is a document when
 * the call begins and a second one, with all of the first, when it has ended. So a process needs no right
 * to change or remove what is there; MongoDB itself removes what is too old.
 */
import { hostname } from 'node:os';
import type { FastifyBaseLogger } from 'fastify';
import { ObjectId, type Filter, type MongoClient } from 'mongodb';
import { ignoreExisting } from '../../../stores/mongodb.ts';
import type { Role } from '../../operator.ts';

const COLLECTION = 'audit';

/** A call of an operator that changes something, when it begins. */
export interface AuditedCall {
  who: string;
  role: Role;
  method: string;
  /** As it is declared: `/api/admin/products/:productId`. */
  route: string;
  /** What it does, as its documents say. */
  summary?: string | undefined;
  path: string;
  /** What it is done to, named as the operator's pages do: `products/1000`. */
  target: string;
  /** The body and the values from before and after, as JSON. */
  body?: string | undefined;
  requestId: string;
}

/** What has become of it. */
export interface AuditedEnd {
  outcome: { status: number; problem?: string };
  target?: string | undefined;
  before?: string | undefined;
  after?: string | undefined;
}

export interface AuditEntry extends AuditedCall, Partial<AuditedEnd> {
  /** Names the call in both documents. */
  call: string;
  at: Date;
  target: string;
  /** Which process: its host and number. */
  process: string;
}

interface AuditDocument extends AuditEntry {
  /** The call with `.0` when it begins, and with `.1` when it has ended. */
  _id: string;
  /** All that it was done to is found by: the target as the path names it, and as the call does. */
  targets: string[];
  endedAt?: Date;
  expiresAt: Date;
}

/** Which entries are wanted. */
export interface AuditFilter {
  who?: string | undefined;
  /** How the method and the route begin: `POST`, `POST /api/admin/payments`. */
  action?: { method: string; route?: string } | undefined;
  /** How the target begins. */
  target?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}

/** Where a page goes on: after this entry. */
export type AuditPosition = Pick<AuditEntry, 'at' | 'call'>;

export interface AuditLog {
  /**
   * Writes that a call begins, and gives what writes how it has ended.
   *
   * @throws Error where it cannot be written; then nothing must be changed
   */
  begin(call: AuditedCall): Promise<(end: AuditedEnd) => Promise<void>>;
  /** Entries, the last call first; one without an `outcome` has not ended, as far as is known. */
  list(filter: AuditFilter, after: AuditPosition | undefined, limit: number): Promise<AuditEntry[]>;
}

const indexes = [
  { name: 'at', key: { at: -1, _id: -1 } },
  { name: 'who', key: { who: 1, at: -1 } },
  { name: 'target', key: { targets: 1, at: -1 } },
  { name: 'expired', key: { expiresAt: 1 }, expireAfterSeconds: 0 },
] as const;

/** Opens the log, whose entries are kept for `retentionMs`. */
export async function openAuditLog(
  mongodb: MongoClient,
  { databasePrefix, retentionMs }: { databasePrefix: string; retentionMs: number },
  log: FastifyBaseLogger,
): Promise<AuditLog> {
  const db = mongodb.db(`${databasePrefix}host`);
  const collection = db.collection<AuditDocument>(COLLECTION);
  try {
    await db.createCollection(COLLECTION).catch(ignoreExisting);
    await collection.createIndexes([...indexes]);
  } catch (error) {
    // The shop sells without it; who wants to change something is refused.
    log.warn(
      { err: error },
      'the audit log cannot be prepared, so operators can change nothing; npm run access prints the rights that it needs',
    );
  }
  return {
    async begin(call) {
      const at = new Date();
      const id = new ObjectId().toHexString();
      const begun = {
        ...call,
        call: id,
        at,
        process: `${hostname()}:${process.pid}`,
        targets: [call.target],
        expiresAt: new Date(at.getTime() + retentionMs),
      };
      await collection.insertOne({ _id: `${id}.0`, ...begun });
      return async ({ target = call.target, ...end }) => {
        const targets = [...new Set([call.target, target])];
        const ended = { ...begun, ...end, target, targets, endedAt: new Date() };
        await collection.insertOne({ _id: `${id}.1`, ...ended });
      };
    },
    async list(filter, after, limit) {
      const found = collection
        .find(toQuery(filter, after), { projection: { _id: 0, targets: 0, expiresAt: 0 } })
        .sort({ at: -1, _id: -1 })
        // Each call has two at most, the end before the beginning.
        .limit(limit * 2);
      const entries: AuditEntry[] = [];
      for await (const entry of found) {
        if (entries.at(-1)?.call === entry.call) continue;
        if (entries.length === limit) break;
        entries.push(entry);
      }
      return entries;
    },
  };
}

function toQuery(
  { who, action, target, from, to }: AuditFilter,
  after: AuditPosition | undefined,
): Filter<AuditDocument> {
  const times = { ...(from && { $gte: from }), ...(to && { $lt: to }) };
  return {
    ...(who !== undefined && { who }),
    ...(action && { method: action.method }),
    ...(action?.route !== undefined && { route: beginning(action.route) }),
    ...(target !== undefined && { targets: beginning(target) }),
    ...((from ?? to) && { at: times }),
    ...(after && {
      $or: [{ at: { $lt: after.at } }, { at: after.at, _id: { $lt: `${after.call}.` } }],
    }),
  };
}

const beginning = (text: string) => ({ $regex: `^${RegExp.escape(text)}` });
