/** What one process writes of one interval into the ring: what it has counted, and what it has sampled. */
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { LAST_BUCKET } from './histogram.ts';

const count = Type.Optional(Type.Number({ minimum: 0 }));
const integer = Type.Integer({ minimum: 0 });

/** What handlers of a group did with entries of a stream; what there was nothing of is left out. */
const Work = Type.Object({
  stream: Type.String(),
  group: Type.String(),
  /** Entries that were given to a handler. */
  handled: count,
  /** Entries that are tried again. */
  retried: count,
  deadLettered: count,
  /** Calls of the handler in each bucket of durations. */
  calls: Type.Optional(
    Type.Array(Type.Tuple([Type.Integer({ minimum: 0, maximum: LAST_BUCKET }), integer])),
  ),
});
export type Work = Static<typeof Work>;

/** Where a stream and its groups stood. */
const Sample = Type.Object({
  stream: Type.String(),
  length: integer,
  /** How many entries there ever were. */
  added: integer,
  groups: Type.Array(
    Type.Object({
      group: Type.String(),
      lag: Type.Union([integer, Type.Null()]),
      pending: integer,
    }),
  ),
});
export type Sample = Static<typeof Sample>;

const Recorded = Type.Object({
  /** How long the interval was that the work is of, in ms; it ended when the record was written. */
  ms: Type.Number({ minimum: 0 }),
  work: Type.Array(Work),
  samples: Type.Array(Sample),
});
export type Recorded = Static<typeof Recorded>;

const checked = Compile(Recorded);

/** What a text of the ring says; undefined where it is none of ours, say of a later Millrace. */
export function parseRecord(text: string | undefined): Recorded | undefined {
  try {
    const record: unknown = JSON.parse(text ?? '');
    return checked.Check(record) ? record : undefined;
  } catch {
    return undefined;
  }
}
