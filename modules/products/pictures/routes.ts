/** Pictures by their content: what an address has shown, it shows for ever. */
import { Type } from 'typebox';
import { DomainError, type Routes } from '#host';
import { asksForChange, headers, pictureContent, unchanged } from '../catalogue/schemas.ts';
import { PICTURE_HEADERS, sendTagged } from '../catalogue/routes.ts';
import type { Renditions } from './renditions.ts';

/** A year, which caches take for ever. */
const FOR_EVER = 'public, max-age=31536000, immutable';

export const renditionSchema = {
  summary: 'A picture by its content, in a width and a format',
  description:
    'Which widths there are, the `picture` of a product says. One that cannot be decoded is given as it is. ' +
    'The rate limit counts those alone that are not there',
  params: Type.Object({
    hash: Type.String({ description: 'That of the picture' }),
    name: Type.String({
      description: '`<width>.avif`, `<width>.webp`, or `original`: as it was imported',
    }),
  }),
  headers: asksForChange,
  response: {
    200: { description: 'The picture', headers, content: pictureContent },
    304: unchanged,
  },
};

/** Adds the pictures in all their renditions. */
export const renditionRoutes =
  (renditions: Renditions): Routes =>
  (app) => {
    app.get('/pictures/:hash/:name', { schema: renditionSchema }, async (request, reply) => {
      const { hash, name } = request.params;
      const rendition = await renditions.get(hash, name);
      if (!rendition) throw unknownRendition();
      reply.headers(PICTURE_HEADERS);
      const { type, bytes, isSubstitute = false } = rendition;
      if (isSubstitute) return reply.header('cache-control', 'no-store').type(type).send(bytes);
      reply.header('cache-control', FOR_EVER);
      return sendTagged(request, reply, `"${hash}/${name}"`, () => reply.type(type).send(bytes));
    });
  };

function unknownRendition(): DomainError {
  return new DomainError(
    'not-found',
    'unknown-picture',
    'There is no such picture, or not in this width and format; the picture of a product says which there are.',
  );
}
