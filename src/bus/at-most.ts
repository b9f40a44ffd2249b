/** Waiting with a bound. */

/** Resolves with the event, or after `ms` without it. */
export async function atMost(ms: number, event: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([event, tooLong]);
  clearTimeout(timer);
}
