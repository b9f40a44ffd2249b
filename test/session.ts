/** Sessions for tests of other things than sessions: signed, as the gateway signs for a caller. */
import { sessionStarted, SESSIONS_STREAM } from '../modules/gateway/events.ts';
import { INTERNAL_TOKEN_HEADER } from '../src/index.ts';
import {
  createInternalTokens,
  type Caller,
  type InternalTokens,
} from '../src/http/internal-token.ts';
import { sharedSecret } from '../src/runtime/secrets.ts';
import type { TestEnvironment } from './support.ts';

const FROM = { browser: 'a-browser', address: 'an-address' };
const sessionIdOf = (userId: string): string => `session-of-${userId}`;

/** The headers of a request by this user, verified by a gateway. */
export function as(
  { internalTokens }: { internalTokens: InternalTokens },
  userId: string,
  caller: Partial<Caller> = {},
): Record<string, string> {
  const signed = internalTokens.sign({
    caller: {
      userId,
      kind: 'customer',
      sessionId: sessionIdOf(userId),
      ...FROM,
      ...caller,
    },
  });
  return { [INTERNAL_TOKEN_HEADER]: signed };
}

/** Tells of these users' sessions, as a gateway does: what they order is scored by them. */
export async function introduce(
  { redis, keyPrefix }: TestEnvironment,
  userIds: readonly string[],
): Promise<void> {
  const pipeline = redis.pipeline();
  for (const userId of userIds) {
    const session = { sessionId: sessionIdOf(userId), userId, kind: 'customer', ...FROM } as const;
    const fields = Object.entries(sessionStarted.create(session)).flat();
    pipeline.xadd(keyPrefix + SESSIONS_STREAM, '*', ...fields);
  }
  await pipeline.exec();
}

/** What processes on a place sign with. */
export async function internalTokensOf({
  mongodb,
  databasePrefix,
}: TestEnvironment): Promise<InternalTokens> {
  return createInternalTokens(await sharedSecret(mongodb, databasePrefix));
}
