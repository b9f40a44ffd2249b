/** Waiting with a bound, and doing something again and again. */
import { asError } from './errors.js';
/** Waits for an event for `ms` at most. Gives whether it came by then. */
export async function atMost(ms, event) {
    let timer;
    const tooLong = new Promise((resolve) => (timer = setTimeout(resolve, ms, false)));
    const came = await Promise.race([event.then(() => true), tooLong]);
    clearTimeout(timer);
    return came;
}
/** Runs `work` at once and then `everyMs` after each round. A failing streak is logged once. */
export function periodic(options) {
    const { everyMs, work, what, log } = options;
    let timer;
    let round = Promise.resolve();
    let stopped = false;
    let failure;
    async function run() {
        try {
            await work();
            if (failure)
                log.info(`${what} works again`);
            failure = undefined;
        }
        catch (error) {
            if (!failure)
                log.warn({ err: asError(error) }, `${what} failed and is tried again`);
            failure = asError(error);
        }
        if (!stopped)
            timer = setTimeout(next, typeof everyMs === 'number' ? everyMs : everyMs());
    }
    function next() {
        round = run();
    }
    return {
        start: next,
        async stop() {
            stopped = true;
            clearTimeout(timer);
            await round;
        },
        failing: () => failure && `${what}: ${failure.message}`,
    };
}
