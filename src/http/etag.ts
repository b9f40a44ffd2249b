/** Entity tags: how a client asks whether what it has is still what there is. */
import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';

/** A strong tag of a body, which may come in parts. */
export function etagOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return `"${hash.digest('base64url')}"`;
}

/** Whether If-None-Match names the tag, by the weak comparison that RFC 9110 asks for there. */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}

/** Sends the JSON that a cache gave, and says by a header whether it was kept. */
export function sendCached(
  reply: FastifyReply,
  { body, hit }: { body: Buffer; hit: boolean },
): FastifyReply {
  reply.header('x-cache', hit ? 'HIT' : 'MISS');
  return reply.type('application/json; charset=utf-8').send(body);
}
