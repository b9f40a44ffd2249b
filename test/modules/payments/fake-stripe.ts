/**
 * A fake of Stripe: the calls that we use, over HTTP, with idempotency keys kept as Stripe keeps
 * them, and with faults. Amounts are in Stripe's units.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Scope } from '../../servers.ts';

export const SECRET_KEY = 'sk_test_of_the_stand_in';

/**
 * What goes wrong with a request. Stripe keeps the failure of a request that it had begun to execute
 * for its key; one that was turned away at the door it does not.
 */
export type Fault = 'hangs' | '503 at the door' | '409' | '500 kept' | 'reset after the effect';

export interface StoredIntent {
  id: string;
  object: 'payment_intent';
  amount: number;
  currency: string;
  status: string;
  capture_method: string;
  client_secret: string;
  cancellation_reason: string | null;
  metadata: Record<string, string>;
}

export interface StoredRefund {
  id: string;
  object: 'refund';
  amount: number;
  currency: string;
  charge: string;
  payment_intent: string;
  reason: string | null;
  status: string;
  failure_reason?: string;
  metadata: Record<string, string>;
}

export interface FakeStripe {
  url: string;
  intents: StoredIntent[];
  refunds: StoredRefund[];
  /** Requests that came: method, path and idempotency key. */
  requests: { method: string; path: string; key: string | undefined; amount: string | null }[];
  /** Faults of the next requests whose method and path fit. */
  fail(fits: RegExp, ...faults: Fault[]): void;
  /** The buyer confirms with a good card. */
  confirm(orderId: string): StoredIntent;
  intentOf(orderId: string): StoredIntent | undefined;
  /** Somebody gives money back in Stripe's dashboard, of which no metadata tells. */
  refundInDashboard(orderId: string, amount: number): StoredRefund;
  /** The charge of the order's PaymentIntent, which has its metadata. */
  chargeOf(orderId: string): object;
  /** A day goes by. */
  forgetKeys(): void;
  /** What becomes of new refunds. */
  refundsAre: 'succeeded' | 'pending' | 'failed';
}

interface Answer {
  status: number;
  body: object;
}

/** Starts it; it ends with the test. */
export async function startStripe(t: Scope): Promise<FakeStripe> {
  const keys = new Map<string, { request: string; answer?: Answer }>();
  const faults: { fits: RegExp; fault: Fault }[] = [];
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    const { pathname: path, searchParams } = new URL(url, 'http://stripe');
    const raw = await text(request);
    const params = method === 'GET' ? searchParams : new URLSearchParams(raw);
    const key = request.headers['idempotency-key'] as string | undefined;
    fake.requests.push({ method, path, key, amount: params.get('amount') });
    const send = ({ status, body }: Answer): void => {
      response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_1' });
      response.end(JSON.stringify(body));
    };
    if (request.headers.authorization !== `Bearer ${SECRET_KEY}`)
      return send(refusal(401, 'invalid_request_error', 'Invalid API Key provided'));
    const at = faults.findIndex(({ fits }) => fits.test(`${method} ${path}`));
    const [{ fault } = { fault: undefined }] = at < 0 ? [] : faults.splice(at, 1);
    if (fault === 'hangs') return undefined;
    if (fault === '503 at the door') return send(refusal(503, 'api_error', 'Come back'));
    if (fault === '409') return send(refusal(409, 'invalid_request_error', 'In use'));

    const kept = key === undefined ? undefined : keys.get(key);
    const fingerprint = `${method} ${path} ${raw}`;
    if (kept && kept.request !== fingerprint)
      return send(refusal(400, 'idempotency_error', 'The key was used for something else'));
    const failed = refusal(500, 'api_error', 'Something went wrong');
    const answer = kept?.answer ?? (fault === '500 kept' ? failed : execute(method, path, params));
    if (method === 'POST' && key !== undefined) keys.set(key, { request: fingerprint, answer });
    if (fault === 'reset after the effect') return void request.socket.destroy();
    return send(answer);
  }

  function execute(method: string, path: string, params: URLSearchParams): Answer {
    const [, , kind, id, action] = path.split('/');
    if (kind === 'payment_intents' && id === undefined) return createIntent(params);
    if (kind === 'refunds' && method === 'GET') {
      const data = fake.refunds.filter(
        (one) => one.payment_intent === params.get('payment_intent'),
      );
      return { status: 200, body: { object: 'list', url: path, has_more: false, data } };
    }
    if (kind === 'refunds') return createRefund(params);
    const intent = fake.intents.find((one) => one.id === id);
    if (!intent) return refusal(404, 'invalid_request_error', 'No such payment_intent');
    const allowed = {
      capture: ['requires_capture'],
      cancel: ['requires_payment_method', 'requires_capture'],
    };
    if (action === 'capture' || action === 'cancel') {
      if (!allowed[action].includes(intent.status))
        return refusal(400, 'invalid_request_error', `Its status is ${intent.status}`);
      intent.status = action === 'capture' ? 'succeeded' : 'canceled';
    }
    return { status: 200, body: { ...intent } };
  }

  function createIntent(params: URLSearchParams): Answer {
    const amount = Number(params.get('amount'));
    if (amount > 99_999_999) return refusal(400, 'invalid_request_error', 'Amount is too large');
    const id = `pi_${fake.intents.length + 1}`;
    const intent: StoredIntent = {
      id,
      object: 'payment_intent',
      amount,
      currency: params.get('currency') ?? '',
      status: 'requires_payment_method',
      capture_method: params.get('capture_method') ?? 'automatic',
      client_secret: `${id}_secret`,
      cancellation_reason: null,
      metadata: metadataOf(params),
    };
    fake.intents.push(intent);
    return { status: 200, body: { ...intent } };
  }

  function createRefund(params: URLSearchParams): Answer {
    const intent = fake.intents.find(({ id }) => id === params.get('payment_intent'));
    const amount = Number(params.get('amount'));
    if (intent?.status !== 'succeeded' || amount > leftOf(intent))
      return refusal(400, 'invalid_request_error', 'More than is left');
    return { status: 200, body: { ...addRefund(intent, amount, metadataOf(params)) } };
  }

  /** What a refund that failed or was canceled has not given back, another one can. */
  function leftOf(intent: StoredIntent): number {
    return fake.refunds
      .filter((one) => one.payment_intent === intent.id)
      .filter(({ status }) => status !== 'failed' && status !== 'canceled')
      .reduce((rest, one) => rest - one.amount, intent.amount);
  }

  function addRefund(
    { id: payment_intent, currency }: StoredIntent,
    amount: number,
    metadata: Record<string, string>,
  ): StoredRefund {
    const refund: StoredRefund = {
      id: `re_${fake.refunds.length + 1}`,
      object: 'refund',
      amount,
      currency,
      charge: `ch_of_${payment_intent}`,
      payment_intent,
      reason: null,
      status: fake.refundsAre,
      ...(fake.refundsAre === 'failed' && { failure_reason: 'expired_or_canceled_card' }),
      metadata,
    };
    fake.refunds.push(refund);
    return refund;
  }

  const fake: FakeStripe = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    intents: [],
    refunds: [],
    requests: [],
    refundsAre: 'succeeded',
    fail: (fits, ...all) => void faults.push(...all.map((fault) => ({ fits, fault }))),
    intentOf: (orderId) => fake.intents.find(({ metadata }) => metadata['orderId'] === orderId),
    confirm(orderId) {
      const intent = fake.intentOf(orderId);
      if (intent?.status !== 'requires_payment_method')
        throw new Error(`${orderId} cannot be paid`);
      intent.status = 'requires_capture';
      return intent;
    },
    refundInDashboard: (orderId, amount) => addRefund(fake.intentOf(orderId)!, amount, {}),
    chargeOf(orderId) {
      const { id: payment_intent, amount, currency, metadata } = fake.intentOf(orderId)!;
      const amount_refunded = amount - leftOf(fake.intentOf(orderId)!);
      const charge = { id: `ch_of_${payment_intent}`, object: 'charge', amount, amount_refunded };
      return { ...charge, currency, payment_intent, metadata };
    },
    forgetKeys: () => keys.clear(),
  };
  return fake;
}

function refusal(status: number, type: string, message: string): Answer {
  return { status, body: { error: { type, message } } };
}

function metadataOf(params: URLSearchParams): Record<string, string> {
  const fields = [...params].flatMap(([name, value]) => {
    const [, field] = /^metadata\[(\w+)\]$/.exec(name) ?? [];
    return field === undefined ? [] : [[field, value] as const];
  });
  return Object.fromEntries(fields);
}
