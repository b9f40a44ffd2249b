/** The tutorial's loop: reads a stream as a group, handles entries one after another, acknowledges each. */
import { createClient } from 'redis';

export type Redis = Awaited<ReturnType<typeof connect>>;
export type Message = Record<string, string>;

const COUNT = 100;
const BLOCK_MS = 2000;

export async function connect(url: string) {
  const client = createClient({ url });
  client.on('error', (error) => console.error(error));
  return client.connect();
}

/** Reads until the process ends. */
export async function listen(
  redis: Redis,
  { stream, group }: { stream: string; group: string },
  handle: (message: Message) => Promise<void>,
): Promise<never> {
  await redis.xGroupCreate(stream, group, '0', { MKSTREAM: true });
  const reader = await redis.duplicate().connect();
  for (;;) {
    const streams = (await reader.xReadGroup(
      group,
      'consumer-1',
      { key: stream, id: '>' },
      { COUNT, BLOCK: BLOCK_MS },
    )) as { messages: { id: string; message: Message }[] }[] | null;
    for (const { id, message } of streams?.[0]?.messages ?? []) {
      await handle(message);
      // As the tutorial does: the next entry does not wait for the acknowledgement.
      void redis.xAck(stream, group, id);
    }
  }
}
