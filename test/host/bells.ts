/** A host with groups that listen to bells, and dead letters of theirs. */
import type { Test } from 'tap';
import { Type } from 'typebox';
import { deadLetterStream } from '../../src/bus/recover/dead-letter.ts';
import { defineEvent, defineModule, each, on } from '../../src/index.ts';
import {
  ADMIN_TOKEN,
  openTestEnvironment,
  startTestHost,
  type TestEnvironment,
  type TestHost,
} from '../support.ts';

export const STREAM = 'BELLS_STREAM';

/** What every letter here has besides the fields of its entry. */
export const LETTER = { originId: '1-1', error: 'it was', attempts: 8, firstAt: 1, lastAt: 2 };

export const rang = defineEvent({
  stream: STREAM,
  type: 'bell.rang',
  v: 1,
  key: 'bell',
  data: { bell: Type.String(), times: Type.Optional(Type.Integer({ minimum: 1 })) },
});

export interface Letter {
  id: string;
  group: string;
  fields: Record<string, string>;
  cutFrom?: number;
}
export interface Replayed {
  replayed: string[];
  failed: { id: string; error: string }[];
  nextCursor: string | null;
}
export interface LetterPage {
  items: Letter[];
  total: number;
  nextCursor: string | null;
}

/** What was heard, of bells that are not broken; and the modules: one that rings, two that hear. */
export function listenToBells(broken = new Set(['broken'])) {
  const heard: string[] = [];
  const ears = (name: string) =>
    defineModule({
      name,
      listens: [rang],
      setup: () => ({
        handlers: [
          on(
            rang,
            each(async ({ data: { bell } }) => {
              if (broken.has(bell)) throw new Error('it is broken');
              heard.push(bell);
            }),
          ),
        ],
      }),
    });
  const bells = defineModule({ name: 'bells', stream: STREAM, publishes: [rang] });
  return { heard, bells, ears: ears('ears'), others: ears('others') };
}

/** A host of all these modules; gives what they heard, all of which fails for those that are `broken`. */
export async function startEars(t: Test, broken = new Set(['broken'])) {
  const { heard, bells, ears, others } = listenToBells(broken);
  const host = await startTestHost(t, { modules: [bells, ears, others] });
  return { host, heard, broken };
}

/** A host that rings and one that hears, which find each other. */
export async function startApart(t: Test, broken = new Set(['broken'])) {
  const env = await openTestEnvironment(t);
  const { heard, bells, ears } = listenToBells(broken);
  const known = [bells, ears];
  const reader = await startTestHost(t, { env, modules: [ears], known });
  await reader.app.listen({ host: '127.0.0.1', port: 0 });
  const host = await startTestHost(t, { env, modules: [bells], known });
  return { host, reader, heard, broken };
}

interface Filled {
  /** Bytes of a field that no contract knows. */
  size?: number;
  group?: string;
  error?: string;
  /** Fields that differ from those of a good event. */
  fields?: Record<string, string>;
}

/** Writes letters as the bus does; gives their ids. */
export async function fill(
  { env: { redis, keyPrefix } }: { env: TestEnvironment },
  bells: readonly string[],
  { size = 0, group = 'ears', error = LETTER.error, fields = {} }: Filled = {},
): Promise<string[]> {
  const pipeline = redis.pipeline();
  const payload = 'x'.repeat(size);
  for (const bell of bells) {
    const entry = JSON.stringify({ ...rang.create({ bell }), payload, ...fields });
    const letter = { ...LETTER, stream: STREAM, group, fields: entry, error };
    const key = deadLetterStream(keyPrefix + STREAM, group);
    pipeline.xadd(key, '*', ...Object.entries(letter).flat());
  }
  return (await pipeline.exec())!.map(([failure, id]) => {
    if (failure) throw failure;
    return id as string;
  });
}

/** Makes an operator's call on the dead letters of bells. */
export function call(host: TestHost, method: 'GET' | 'POST', url: string, payload?: object) {
  return host.app.inject({
    method,
    url: `/api/admin/streams/${STREAM}/dead-letters${url}`,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    ...(payload && { payload }),
  });
}
