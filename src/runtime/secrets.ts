/** Secrets that all processes of one Millrace share without anybody having to hand them round. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { MongoClient } from 'mongodb';
import { findOrInsert } from '../stores/mongodb.ts';

const BYTES = 32;

interface SecretDocument {
  _id: string;
  value: string;
}

/**
 * The secret of this Millrace: made by the first process that asks, and kept in MongoDB, so that it
 * survives every restart and a Redis that comes back empty.
 */
export async function sharedSecret(mongodb: MongoClient, databasePrefix: string): Promise<Buffer> {
  const secrets = mongodb.db(`${databasePrefix}host`).collection<SecretDocument>('secrets');
  const made = { value: randomBytes(BYTES).toString('base64') };
  const { value } = await findOrInsert(secrets, 'shared', made);
  return Buffer.from(value, 'base64');
}

/** A secret for one purpose: whoever learns it learns nothing about those for other purposes. */
export function deriveSecret(shared: Buffer, purpose: string): Buffer {
  return createHmac('sha256', shared).update(purpose).digest();
}

/** What shows that a text comes from whoever knows the secret. */
export function macOf(secret: Buffer, text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url');
}

/** Whether that is the text's own, in a time that tells nothing of where it differs. */
export function isMacOf(secret: Buffer, text: string, mac: string): boolean {
  const [given, expected] = [Buffer.from(mac), Buffer.from(macOf(secret, text))];
  return given.length === expected.length && timingSafeEqual(given, expected);
}
