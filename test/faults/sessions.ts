/** The buyers' sessions, begun before anything breaks: no fault may end one. */
import type { Random } from './random.ts';

export interface Session {
  userId: string;
  token: string;
}

/** Begins so many sessions, each with one of the processes. */
export async function beginSessions(
  urls: readonly string[],
  count: number,
  random: Random,
): Promise<Session[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const response = await fetch(`${random.pick(urls)}/api/sessions`, { method: 'POST' });
      if (response.status !== 201)
        throw new Error(`a session was refused: ${response.status} ${await response.text()}`);
      return (await response.json()) as Session;
    }),
  );
}
