/** How pictures are served: cacheable, and unable to do anything but be looked at. */
import type { FastifyReply } from 'fastify';
import { matchesEtag } from '#host';
import type { PictureDocument } from './catalogue-store.ts';

/** How long a picture may be shown without asking again, in seconds. */
const MAX_AGE_S = 300;

/** A picture could be opened as a page of its own: then nothing in it may run or load. */
const HEADERS = {
  'cache-control': `public, max-age=${MAX_AGE_S}`,
  // A mail and a page of another shop may show it.
  'cross-origin-resource-policy': 'cross-origin',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
};

/** Answers with the picture, or with 304 where the client has it already. */
export function sendPicture(
  reply: FastifyReply,
  picture: PictureDocument,
  ifNoneMatch: string | undefined,
): FastifyReply {
  reply.headers({ ...HEADERS, etag: picture.etag });
  if (matchesEtag(ifNoneMatch, picture.etag)) return reply.code(304).send();
  return reply.type(picture.type).send(Buffer.from(picture.bytes.buffer));
}
