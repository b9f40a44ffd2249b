import { NAME_LENGTH } from '../contract/wire.js';
/** Failures of one key that are kept: the newest. */
const KEPT = 100;
/** How long after the newest failure of a key they are kept, in ms: a week. */
const KEPT_MS = 604_800_000;
/** Characters of an error that are kept. */
export const ERROR_LENGTH = 500;
/** `keyOf` gives the key of the list in Redis that holds the failures of an event's key. */
export function createFailureLog(redis, keyOf, log) {
    async function write(key, failure) {
        const results = await redis
            .pipeline()
            .rpush(keyOf(key), JSON.stringify(failure))
            .ltrim(keyOf(key), -KEPT, -1)
            .pexpire(keyOf(key), KEPT_MS)
            .exec();
        for (const [error] of results ?? [])
            if (error)
                throw error;
    }
    return {
        record({ key, eventId, type }, { error, ...failure }) {
            if (key === undefined || key === '' || key.length > NAME_LENGTH)
                return;
            const at = Date.now();
            const text = error.message.slice(0, ERROR_LENGTH);
            const about = {
                eventId: eventId.slice(0, NAME_LENGTH),
                ...(type && { type: type.slice(0, NAME_LENGTH) }),
            };
            write(key, { ...failure, ...about, at, error: text }).catch((err) => log.debug({ err, key, eventId }, 'a failure could not be recorded'));
        },
        async of(key) {
            const texts = await redis.lrange(keyOf(key), 0, -1);
            return texts.map((text) => JSON.parse(text));
        },
    };
}
