/** Dead letters counted by event and cause; counted anew only as far as any have come or gone. */
import { timeOf } from '../replies.ts';
import {
  readState,
  scan,
  type DeadLetterState,
  type Header,
  type Scanned,
} from './dead-letter-scan.ts';

/** Causes of one consumer group that are told apart. */
const MAX_CAUSES = 500;

/** The dead letters of one type of event that have one cause. */
export interface CauseCount {
  /** Empty where they have none and no contract claims them. */
  type: string;
  cause: string;
  count: number;
  /** When the oldest and the newest became dead letters, in ms since the epoch. */
  firstAt: number;
  lastAt: number;
  /** The id of the newest. */
  lastId: string;
  /** The error of the newest. */
  error: string;
}

export interface DeadLetterCounts {
  total: number;
  causes: CauseCount[];
  /** Those among the total whose cause is one too many to be told apart. */
  others: number;
}

/** Makes the function that counts the dead letters of a consumer group; calls at the same time share one. */
export function createDeadLetterCounts(scanned: Scanned): () => Promise<DeadLetterCounts> {
  let counted = emptyTally();
  let counting: Promise<DeadLetterCounts> | undefined;

  async function count(): Promise<DeadLetterCounts> {
    const state = await readState(scanned.redis, scanned.key);
    if (!isSame(counted, state)) {
      const more = counted.first === state.first && (await countMore(scanned, counted, state));
      counted = more || (await countMore(scanned, emptyTally(), state, '-')) || counted;
    }
    return {
      total: counted.length,
      causes: [...counted.causes.values()],
      others: counted.others,
    };
  }

  return () =>
    (counting ??= count().finally(() => {
      counting = undefined;
    }));
}

/** What was counted, and of which state. */
interface Tally extends DeadLetterState {
  causes: Map<string, CauseCount>;
  others: number;
}

const emptyTally = (): Tally => ({ length: 0, first: '', last: '', causes: new Map(), others: 0 });

const isSame = (a: DeadLetterState, b: DeadLetterState): boolean =>
  a.length === b.length && a.first === b.first && a.last === b.last;

/**
 * Adds those that came after what was counted. Gives false where that is not all that has changed. `from`
 * is given where all are counted: what is removed meanwhile is seen by the next call.
 */
async function countMore(
  scanned: Scanned,
  before: Tally,
  { length, last }: DeadLetterState,
  from?: string,
): Promise<Tally | false> {
  const tally: Tally = { ...before, causes: new Map(before.causes) };
  if (last !== '')
    for await (const { headers } of scan(scanned, { upTo: last }, from ?? `(${before.last}`))
      for (const header of headers) add(tally, header);
  return from === undefined && tally.length !== length ? false : tally;
}

function add(tally: Tally, { id, type, cause, error }: Header): void {
  tally.length += 1;
  tally.first ||= id;
  tally.last = id;
  const name = JSON.stringify([type, cause]);
  const known = tally.causes.get(name);
  if (!known && tally.causes.size >= MAX_CAUSES) {
    tally.others += 1;
    return;
  }
  const at = timeOf(id);
  tally.causes.set(name, {
    type,
    cause,
    count: (known?.count ?? 0) + 1,
    firstAt: known?.firstAt ?? at,
    lastAt: at,
    lastId: id,
    error,
  });
}
