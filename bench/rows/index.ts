/** The rows of the benchmark, in the order in which they run. */
import type { Row } from '../row.ts';
import { backlog } from './backlog.ts';
import { budget } from './budget.ts';
import { bus } from './bus.ts';
import { idle } from './idle.ts';
import { latency } from './latency.ts';
import { orders } from './orders.ts';
import { overload } from './overload.ts';
import { publish } from './publish.ts';
import { reads } from './reads.ts';
import { search } from './search.ts';

export const rows: readonly Row[] = [
  orders,
  budget,
  overload,
  bus,
  backlog,
  publish,
  latency,
  reads,
  search,
  idle,
];
