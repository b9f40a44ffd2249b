import { createDelivery, sizeOf } from './in-flight.js';
import { isPoisonous } from './retry-policy.js';
import { createDecoder, MalformedEntryError, toFields } from '../contract/wire.js';
/**
 * Makes the function that routes the entries of one stream. An entry without a `type` belongs to
 * the listener whose contract claims such entries. A version that we do not know is malformed
 * rather than ignored: a newer publisher means something by it that this reader must not lose.
 */
export function createRouter(stream, listeners) {
    const routes = listeners.map((listener) => ({
        listener,
        decode: createDecoder(listener.contract),
    }));
    const byType = new Map(routes.map((route) => [`${route.listener.contract.type}@${route.listener.contract.v}`, route]));
    const types = new Set(routes.map(({ listener }) => listener.contract.type));
    return ([entryId, list]) => {
        const fields = toFields(list);
        const { type, v = '1' } = fields;
        const route = type === undefined
            ? routes.find(({ listener }) => listener.contract.untyped?.(fields))
            : byType.get(`${type}@${v}`);
        try {
            if (route)
                return {
                    kind: 'event',
                    listener: route.listener,
                    event: route.decode(stream, entryId, fields),
                };
            if (type === undefined || !types.has(type))
                return { kind: 'skip', fields };
            throw new MalformedEntryError(`${type} has version ${v}, which this process does not know`);
        }
        catch (error) {
            if (error instanceof MalformedEntryError)
                return { kind: 'malformed', fields, event: refOf(entryId, fields, routes), error };
            throw error;
        }
    };
}
/** What an entry that does not fit says of itself; its key stands where its contract has it. */
function refOf(entryId, fields, routes) {
    const { type, eventId = entryId } = fields;
    const contracts = routes.map(({ listener }) => listener.contract);
    const contract = contracts.find((one) => type === undefined ? one.untyped?.(fields) : one.type === type);
    const key = (contract && fields[contract.key]) ?? fields['key'];
    return { key, eventId, type: type ?? contract?.type };
}
const ONCE = new Map();
/** An event goes to the queue, an entry that is not for us is acknowledged, any other is a dead letter. */
export function createReceiver(receiver) {
    const { route, reportSkip, policy, inFlight, queue, acknowledger, deadLetters } = receiver;
    function routeOnce(entry, deliveries) {
        const routed = route(entry);
        return isPoisonous(deliveries, policy) ? poisonous(entry, routed) : routed;
    }
    return {
        receive(entries, counts = ONCE) {
            const received = [];
            let largest = 0;
            for (const entry of entries) {
                const [entryId] = entry;
                const here = inFlight.get(entryId);
                if (here) {
                    here.owned = true;
                    continue;
                }
                const deliveries = counts.get(entryId) ?? 1;
                const size = sizeOf(entry);
                largest = Math.max(largest, size);
                const routed = routeOnce(entry, deliveries);
                if (routed.kind === 'event') {
                    const delivery = createDelivery(routed.event, routed.listener, deliveries, size);
                    inFlight.add(entryId, delivery);
                    received.push(delivery);
                    continue;
                }
                inFlight.add(entryId, { size, owned: true });
                if (routed.kind === 'skip') {
                    reportSkip(entryId, routed.fields);
                    acknowledger.acknowledge(entryId);
                }
                else {
                    const { fields, event, error } = routed;
                    const receivedAt = Date.now();
                    void deadLetters.add({ entryId, fields, event, deliveries, receivedAt, error });
                }
            }
            if (entries.length > 0)
                inFlight.noteLargest(largest);
            queue.add(received);
        },
    };
}
function poisonous([, list], routed) {
    if (routed.kind === 'skip')
        return routed;
    const error = new MalformedEntryError('every process that took it ended before it was handled');
    return { kind: 'malformed', fields: toFields(list), event: routed.event, error };
}
/** Types come from outside: only so many are logged and remembered, and only so much of each. */
const TYPES = 100;
const TYPE_LENGTH = 128;
/**
 * Makes the function that reports entries which are skipped. One that some contract of its stream knows is
 * meant for others. Any other is unroutable: somebody who is newer than this process, or a stranger,
 * writes to the stream. Such are counted, and logged once for each type.
 */
export function createSkipReport(options) {
    const { contracts, where, observer, log } = options;
    const known = new Set(contracts.map(({ type }) => type));
    const logged = new Set();
    const isKnown = (fields) => fields['type'] === undefined
        ? contracts.some(({ untyped }) => untyped?.(fields))
        : known.has(fields['type']);
    return (entryId, fields) => {
        if (isKnown(fields))
            return;
        observer.skipped(where);
        const type = beginning(fields['type'] ?? '', TYPE_LENGTH);
        if (logged.has(type) || logged.size >= TYPES)
            return;
        logged.add(type);
        log.warn({ ...where, entryId, type }, 'an event of a type that no contract knows was skipped; more of it are only counted');
    };
}
/** The beginning of a text, by itself: a slice would keep the whole text in memory. */
function beginning(text, length) {
    return text.length <= length ? text : Buffer.from(text.slice(0, length)).toString();
}
