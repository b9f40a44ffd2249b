/** Sessions for tests of other things than sessions: signed, as the gateway signs for a caller. */
import { SEAL_HEADER } from '../src/index.ts';
import { sealFor, type Caller, type Seal } from '../src/http/seal.ts';
import { sharedSecret } from '../src/secrets.ts';
import type { Place } from './support.ts';

/** The headers of a request by this user, verified by a gateway. */
export function as(
  { seal }: { seal: Seal },
  userId: string,
  caller: Partial<Caller> = {},
): Record<string, string> {
  const signed = seal.sign({
    userId,
    kind: 'customer',
    sessionId: `session-of-${userId}`,
    browser: 'a-browser',
    address: 'an-address',
    ...caller,
  });
  return { [SEAL_HEADER]: signed };
}

/** What processes on a place sign with. */
export async function sealOf({ mongodb, databasePrefix }: Place): Promise<Seal> {
  return sealFor(await sharedSecret(mongodb, databasePrefix));
}
