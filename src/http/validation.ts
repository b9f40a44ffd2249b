/** How requests are read and judged: by their schemas, with nothing made to fit. */
import { errorCodes, type FastifyInstance, type FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { fromText } from '../config/from-text.ts';

const JSON_TYPE = /^application\/json\s*(?:;|$)/i;

/** Makes the application read JSON and nothing else. What is empty is no body, whatever its type. */
export function readBodies(app: FastifyInstance): void {
  const readJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>('*', { parseAs: 'string' }, (request, body, done) => {
    const type = request.headers['content-type'] ?? '';
    if (body === '') return done(null, undefined);
    if (JSON_TYPE.test(type)) return readJson(request, body, done);
    return done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(type));
  });
}

/** Whether a request without a body is as good as one with an empty object. */
export function mayBeLeftOut(body: TSchema): boolean {
  return (body as { type?: string }).type === 'object' && Compile(body).Check({});
}

/**
 * Makes the check of a part of a request. A query string, a path and headers hold texts, which are
 * read strictly; a body says itself what it holds and stays as it is.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const compiled = Compile(schema);
  const { properties = {} } = schema as { properties?: Record<string, TSchema> };
  const optional = httpPart === 'body' && mayBeLeftOut(schema);
  const texts = Object.entries(properties);
  const read = (given: unknown): unknown => {
    // Fastify gives null for a body that is not there.
    if (httpPart === 'body') return given === null && optional ? {} : given;
    const values: [string, unknown][] = [];
    for (const [name, type] of texts) {
      if (!Object.hasOwn(given as object, name)) continue;
      const text = (given as Record<string, unknown>)[name];
      const value = fromText(type, text);
      if (value !== text) values.push([name, value]);
    }
    return values.length === 0 ? given : { ...(given as object), ...Object.fromEntries(values) };
  };
  return (given: unknown) => {
    const value = read(given);
    if (!compiled.Check(value)) return { error: compiled.Errors(value) as never };
    // Headers that are set anew are put together each time they are read.
    return value === given ? true : { value };
  };
};
