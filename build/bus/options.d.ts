/** What can be set on the bus: each option with its bounds, its default and its meaning. Times are in ms. */
import { Type, type Static } from 'typebox';
export declare const busOptionsSchema: Type.TObject<{
    readBatch: Type.TInteger;
    maxInFlight: Type.TInteger;
    maxInFlightBytes: Type.TInteger;
    handlerBatch: Type.TInteger;
    concurrency: Type.TInteger;
    blockMs: Type.TInteger;
    readGraceMs: Type.TInteger;
    claimIdleMs: Type.TInteger;
    sweepEveryMs: Type.TInteger;
    sweepAfterMs: Type.TInteger;
    maxDeliveries: Type.TInteger;
    retryMinMs: Type.TInteger;
    retryMaxMs: Type.TInteger;
    outageMs: Type.TInteger;
    housekeepEveryMs: Type.TInteger;
    staleGroupMs: Type.TInteger;
    drainMs: Type.TInteger;
}>;
export type BusOptions = Static<typeof busOptionsSchema>;
/** What a module may set for one of its handlers alone. */
export type DeliveryOptions = Partial<Pick<BusOptions, 'maxDeliveries' | 'retryMinMs' | 'retryMaxMs'>>;
export declare const DEFAULT_BUS_OPTIONS: BusOptions;
