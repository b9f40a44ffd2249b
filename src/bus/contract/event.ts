/** What an event is: its contract, declared once by the module that publishes it. */
import { randomUUID } from 'node:crypto';
import { Type, type Static, type TObject, type TProperties } from 'typebox';

/** The fields of a stream entry. */
export type Fields = Record<string, string>;

/**
 * A published contract: the stream, type and version of an event, the schema of its data, the property
 * whose value orders it. `untyped` says which entries without a `type` field mean this event (the
 * tutorial's services write such entries).
 */
export interface EventContract<Data extends TObject = TObject> {
  readonly stream: string;
  readonly type: string;
  readonly v: number;
  readonly key: string;
  readonly data: Data;
  readonly untyped?: (fields: Fields) => boolean;
  /**
   * The event as the flat fields of a stream entry, ready for an outbox. `cause` is the event or
   * request that led to it, whose trace it continues.
   */
  create(data: Static<Data>, cause?: { traceparent?: string | undefined }): OutboxRecord;
  /** The event as it was published before, with the id and the time (ms) that it had then. */
  recreate(data: Static<Data>, identity: { eventId: string; at: number }): OutboxRecord;
}

/** An event that waits in its document until Redis has confirmed it. */
export type OutboxRecord = Fields & { eventId: string; at: string; key: string };

/** A document that carries events. */
export interface OutboxDocument {
  _id: string;
  outbox?: OutboxRecord[];
}

/** An event as a handler receives it: validated, with where it came from. */
export interface Event<Data = unknown> {
  readonly stream: string;
  /** The id of the stream entry, for example `1764009468123-0`. */
  readonly entryId: string;
  /** The id that stays the same however often the event is published. */
  readonly eventId: string;
  readonly type: string;
  readonly v: number;
  /** When it happened, in ms since the epoch, by the publisher's clock. */
  readonly at: number;
  readonly key: string;
  readonly traceparent: string | undefined;
  readonly data: Data;
}

export type EventOf<Contract extends EventContract> = Event<Static<Contract['data']>>;

/**
 * Declares an event.
 *
 * @example
 * export const orderPaid = defineEvent({
 *   stream: 'ORDERS_STREAM', type: 'order.paid', v: 1, key: 'orderId',
 *   data: { orderId: Type.String(), userId: Type.String() },
 * });
 */
export function defineEvent<Properties extends TProperties>(contract: {
  stream: string;
  type: string;
  v: number;
  key: keyof Properties & string;
  data: Properties;
  untyped?: (fields: Fields) => boolean;
}): EventContract<TObject<Properties>> {
  const { stream, type, v, key, untyped } = contract;
  const data = Type.Object(contract.data);
  const write = (values: object, identity: { eventId: string; at: number }): OutboxRecord => {
    const fields = encode(data, values as Record<string, unknown>);
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

/** Strings stand as they are, everything else as JSON (so 3 is `3`, and a list is one field). */
function encode(schema: TObject, values: Record<string, unknown>): Fields {
  const fields: Fields = {};
  for (const name of Object.keys(schema.properties)) {
    const value = values[name];
    if (value !== undefined)
      fields[name] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  return fields;
}
