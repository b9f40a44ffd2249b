import { isText } from './wire.js';
/**
 * The schemas of an entry's fields: those that every event has, and those of its data. A field that
 * holds JSON is a text whose `contentSchema` says what stands in it.
 */
export function describeFields(contract) {
    const { data } = contract;
    const properties = Object.entries(data.properties).map(([name, schema]) => [
        name,
        isText(schema) ? schema : asJson(schema),
    ]);
    return {
        envelope: describeEnvelope(contract),
        data: {
            type: 'object',
            required: [...(data.required ?? [])],
            properties: Object.fromEntries(properties),
        },
    };
}
function asJson(schema) {
    const { description, ...contentSchema } = schema;
    return {
        type: 'string',
        ...(description && { description }),
        contentMediaType: 'application/json',
        contentSchema,
    };
}
/** Publishers of ours write all but `traceparent` always; required is what readers cannot do without. */
function describeEnvelope({ type, v, key, untyped }) {
    return {
        type: 'object',
        required: untyped ? [] : ['type', ...(v === 1 ? [] : ['v'])],
        properties: {
            type: { type: 'string', const: type },
            v: { type: 'string', const: String(v), description: 'The version of the event' },
            eventId: {
                type: 'string',
                description: 'Stays the same however often the event is published; without it the id of the entry counts',
            },
            at: {
                type: 'string',
                pattern: '^(0|[1-9][0-9]{0,14})$',
                description: 'When it happened, in ms since the epoch, before the year 10000; without it the time in the id of the entry counts',
            },
            key: {
                type: 'string',
                description: `Events with one key are handled in their order; it is the field ${key}`,
            },
            traceparent: { type: 'string', description: 'The W3C trace context of what led to it' },
        },
    };
}
