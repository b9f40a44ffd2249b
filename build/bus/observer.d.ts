/** What the bus reports of its work: to whoever counts it, and to a log. */
/** Which subscription something happened in. */
export interface Subscribed {
    stream: string;
    group: string;
}
export interface BusObserver {
    published(stream: string, entries: number): void;
    /** A call of a handler ended after `seconds`, whatever its outcome. */
    handled(where: Subscribed, type: string, entries: number, seconds: number): void;
    retried(where: Subscribed): void;
    deadLettered(where: Subscribed): void;
    /** An entry waits for a store that is away. */
    deferred(where: Subscribed): void;
    claimed(where: Subscribed, entries: number): void;
    /** An entry was skipped, since no contract knows its type. */
    skipped(where: Subscribed): void;
    /** Pending entries that had been trimmed from the stream before they were handled. */
    trimmed(where: Subscribed, entries: number): void;
}
/** Counts nothing. */
export declare const SILENT: BusObserver;
/** Writes a line, with what it is about as an object before it. */
export interface LogLine {
    (about: object, line: string): void;
    (line: string): void;
}
/** Where the bus writes what an operator may want to know: pino fits, and `console` nearly. */
export interface Log {
    readonly debug: LogLine;
    readonly info: LogLine;
    readonly warn: LogLine;
    readonly error: LogLine;
}
