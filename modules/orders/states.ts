/** The statuses of an order: for each its code, its event, what it waits for, and what may follow. */

/** Whose reply an order may wait for. */
export type Awaited = 'stock' | 'identity' | 'payment';

export type StatusName =
  | 'created'
  | 'paymentInitiated'
  | 'paid'
  | 'refunded'
  | 'rejected'
  | 'cancelled'
  | 'paymentFailed';

export interface State {
  /** On the wire, over HTTP and in MongoDB. */
  readonly code: number;
  /** As documents call it. */
  readonly title: string;
  /** The event that reports it, and the one instead where it follows upon another status. */
  readonly event: string;
  readonly eventAfter?: Partial<Record<StatusName, string>>;
  /** The replies without which it goes no further. */
  readonly awaits: readonly Awaited[];
  /** Whether it came about by a payment, taken or declined. */
  readonly hasPayment: boolean;
  /** Whether it is an end: only that a refund fails leads out of one. */
  readonly final: boolean;
  readonly next: readonly StatusName[];
}

/** The whole life of an order; 1, 2, 3 and -3 are the codes of the tutorial. */
export const STATES = {
  created: {
    code: 1,
    title: 'created',
    event: 'order.placed',
    awaits: ['stock', 'identity'],
    hasPayment: false,
    final: false,
    next: ['paymentInitiated', 'rejected', 'cancelled'],
  },
  paymentInitiated: {
    code: 2,
    title: 'payment initiated',
    event: 'order.accepted',
    awaits: ['payment'],
    hasPayment: false,
    final: false,
    next: ['paid', 'paymentFailed', 'rejected', 'cancelled'],
  },
  paid: {
    code: 3,
    title: 'paid',
    event: 'order.paid',
    eventAfter: { refunded: 'order.refund_failed' },
    awaits: [],
    hasPayment: true,
    final: false,
    next: ['refunded'],
  },
  refunded: {
    code: 4,
    title: 'refunded',
    event: 'order.refunded',
    awaits: [],
    hasPayment: true,
    final: true,
    next: ['paid'],
  },
  rejected: {
    code: -1,
    title: 'rejected',
    event: 'order.rejected',
    awaits: [],
    hasPayment: false,
    final: true,
    next: [],
  },
  cancelled: {
    code: -2,
    title: 'cancelled',
    event: 'order.cancelled',
    awaits: [],
    hasPayment: false,
    final: true,
    next: [],
  },
  paymentFailed: {
    code: -3,
    title: 'payment failed',
    event: 'order.payment_failed',
    awaits: [],
    hasPayment: true,
    final: true,
    next: [],
  },
} as const satisfies Record<StatusName, State>;

export type OrderStatusCode = (typeof STATES)[StatusName]['code'];

const NAMES = Object.keys(STATES) as StatusName[];

/** The code of each status. */
export const STATUS = Object.fromEntries(NAMES.map((name) => [name, STATES[name].code])) as {
  readonly [Name in StatusName]: (typeof STATES)[Name]['code'];
};

const NAME_OF = new Map<number, StatusName>(NAMES.map((name) => [STATES[name].code, name]));

/** What the table says of a status. */
export function stateOf(status: OrderStatusCode): State {
  return STATES[nameOf(status)];
}

function nameOf(status: OrderStatusCode): StatusName {
  const name = NAME_OF.get(status);
  if (!name) throw new Error(`${status as number} is no status of an order`);
  return name;
}

/** Whether an order waits for a reply of another module. */
export function isOpen(status: OrderStatusCode): boolean {
  return stateOf(status).awaits.length > 0;
}

/** Whether one status may follow directly upon another. */
export function canFollow(from: OrderStatusCode, to: OrderStatusCode): boolean {
  return stateOf(from).next.includes(nameOf(to));
}

/** The type of the event that reports a status, which may depend on where the order comes from. */
export function eventOf(status: OrderStatusCode, before?: OrderStatusCode): string {
  const { event, eventAfter } = stateOf(status);
  return (before !== undefined && eventAfter?.[nameOf(before)]) || event;
}

const BY_EVENT = new Map<string, OrderStatusCode>(
  NAMES.flatMap((name) => {
    const { code, event, eventAfter }: State & { code: OrderStatusCode } = STATES[name];
    return [event, ...Object.values(eventAfter ?? {})].map((type) => [type, code] as const);
  }),
);

/** The status that an event of this type reports, if it reports one. */
export function statusOfEvent(type: string): OrderStatusCode | undefined {
  return BY_EVENT.get(type);
}
