import { keyBeside } from '../connections.js';
import { toFields } from '../contract/wire.js';
import { asError } from '../errors.js';
import { ERROR_LENGTH } from './failure-log.js';
/** The stream of a group's dead letters. */
export function deadLetterStream(stream, group) {
    return keyBeside(stream, `dead:${group}`);
}
/**
 * The dead letter is written and the entry acknowledged as one, and only while the entry is pending: an
 * answer that was lost on its way back must not make a second one.
 */
const MOVE = `
if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[2], ARGV[2], 1) == 0 then return false end
local id = redis.call('XADD', KEYS[2], '*', unpack(ARGV, 3))
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
return id`;
/** Moves a pending entry to the dead letters of its group. Gives the id there, or null where it is not pending. */
async function move(ref, deadLetter) {
    const list = Object.entries({ ...deadLetter, fields: JSON.stringify(deadLetter.fields) });
    const id = await ref.redis.eval(MOVE, 2, ref.stream, deadLetterStream(ref.stream, ref.group), ref.group, deadLetter.originId, ...list.flatMap(([name, value]) => [name, String(value)]));
    return id;
}
export function createDeadLetterWriter(options) {
    const { ref, where, inFlight, observer, failures, log } = options;
    async function write(failed) {
        const { entryId, fields, error, deliveries, receivedAt } = failed;
        return move(ref, {
            originId: entryId,
            ...where,
            fields: fields ?? (await read(entryId)),
            error: error.message.slice(0, ERROR_LENGTH),
            attempts: deliveries,
            firstAt: receivedAt,
            lastAt: Date.now(),
        });
    }
    async function read(entryId) {
        const [entry] = await ref.redis.xrange(ref.stream, entryId, entryId);
        return toFields(entry?.[1] ?? []);
    }
    return {
        async add(failed) {
            const { entryId, event, deliveries, error } = failed;
            const about = { err: error, ...where, entryId, attempts: deliveries };
            try {
                const deadLetter = await write(failed);
                if (deadLetter !== null) {
                    observer.deadLettered(where);
                    const outcome = 'dead-lettered';
                    failures.record(event, { ...where, entryId, attempt: deliveries, outcome, error });
                    log.error({ ...about, deadLetter }, 'the entry is now a dead letter');
                }
            }
            catch (writing) {
                log.warn({ ...about, err: asError(writing) }, 'the dead letter could not be written yet');
            }
            inFlight.release([entryId]);
        },
    };
}
