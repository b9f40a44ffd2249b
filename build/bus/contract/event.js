/** What an event is: its contract, declared once by the module that publishes it. */
import { randomUUID } from 'node:crypto';
import { Type } from 'typebox';
import { encode } from './wire.js';
/**
 * Declares an event.
 *
 * @example
 * export const orderPaid = defineEvent({
 *   stream: 'ORDERS_STREAM', type: 'order.paid', v: 1, key: 'orderId',
 *   data: { orderId: Type.String(), userId: Type.String() },
 * });
 */
export function defineEvent(contract) {
    const { stream, type, v, key, untyped } = contract;
    const data = Type.Object(contract.data);
    const write = (values, identity) => {
        const fields = encode(data, values);
        return {
            ...fields,
            type,
            v: String(v),
            eventId: identity.eventId,
            at: String(identity.at),
            key: fields[key] ?? '',
        };
    };
    return {
        stream,
        type,
        v,
        key,
        data,
        ...(untyped && { untyped }),
        create: (values, cause) => ({
            ...write(values, { eventId: randomUUID(), at: Date.now() }),
            ...(cause?.traceparent && { traceparent: cause.traceparent }),
        }),
        recreate: write,
    };
}
