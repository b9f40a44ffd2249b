import type { EventContract } from './event.ts';
/** The schema of some of an entry's fields; all of them are texts. */
export interface FieldsSchema {
    type: 'object';
    required: string[];
    properties: Record<string, object>;
}
/**
 * The schemas of an entry's fields: those that every event has, and those of its data. A field that
 * holds JSON is a text whose `contentSchema` says what stands in it.
 */
export declare function describeFields(contract: EventContract): {
    envelope: FieldsSchema;
    data: FieldsSchema;
};
