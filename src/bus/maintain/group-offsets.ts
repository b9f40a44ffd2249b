/** Creating a consumer group, and creating it anew where it had been. */
import type { RedisClient } from '../connections.ts';

/**
 * Makes sure that the group exists. A new group starts at `position`: the beginning of the stream
 * for one that never was, the place it had reached for one that was lost. Since a group begins
 * behind the given id, and events are handled idempotently, too early is safe and too late is not.
 */
export async function ensureGroup(
  redis: RedisClient,
  stream: string,
  group: string,
  position: string | null,
): Promise<void> {
  await redis.xgroup('CREATE', stream, group, position ?? '0', 'MKSTREAM').catch(ignoreExisting);
}

/**
 * Makes sure that the group exists, on a stream that is there already.
 *
 * @throws Error where there is no such stream
 */
export async function requireGroup(
  redis: RedisClient,
  stream: string,
  group: string,
): Promise<void> {
  await redis.xgroup('CREATE', stream, group, '0').catch(ignoreExisting);
}

function ignoreExisting(error: Error): void {
  if (!error.message.startsWith('BUSYGROUP')) throw error;
}

/** Whether Redis says that there is no such group, or no such stream. */
export function isNoGroup(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOGROUP');
}
