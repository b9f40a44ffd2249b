/** Waiting with a bound. */

/** Waits for an event for `ms` at most. Gives whether it came by then. */
export async function atMost(ms: number, event: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, ms, false)));
  const came = await Promise.race([event.then(() => true), tooLong]);
  clearTimeout(timer);
  return came;
}
