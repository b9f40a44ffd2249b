/** What a shop answers, written down so that the answers of two shops can be compared. */
import type { Test } from 'tap';
import { eventually } from '../support.ts';

/** Headers of one connection or one moment. */
const PASSING = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'transfer-encoding',
]);

/** How long a state may take to come that is waited for, in ms. */
const SETTLED_MS = 120_000;

export interface Question {
  headers?: Record<string, string>;
  body?: unknown;
  /** Sent as it is, whatever it is. */
  text?: string;
}

export interface Answer<Body = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: Body;
}

/** A call as it was answered, without what no two shops have in common. */
export interface Recorded {
  call: string;
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

export interface Client {
  readonly recorded: readonly Recorded[];
  /** Makes a call, `POST /api/orders`, whose status must be that. */
  ask: <Body>(status: number, call: string, question?: Question) => Promise<Answer<Body>>;
  /** Repeats a call until the answer is as it shall be, and writes that one down. */
  settled: <Body>(
    call: string,
    question: Question,
    as: (body: Body) => boolean | undefined,
  ) => Promise<Answer<Body>>;
  /** The first events of a stream, with its status and type; of none, that it begins. */
  events: (call: string, count: number, question: Question) => Promise<void>;
}

/** A client that asks the shop's gateways in turn. */
export function createClient(t: Test, urls: () => string[]): Client {
  const recorded: Recorded[] = [];
  const name = createNames();
  let turn = 0;

  async function send(call: string, { headers = {}, body, text }: Question): Promise<Response> {
    const [method = '', path = ''] = call.split(' ');
    const all = urls();
    const payload = text ?? (body === undefined ? undefined : JSON.stringify(body));
    return fetch(`${all[turn++ % all.length]}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(payload !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(payload !== undefined && { body: payload }),
    });
  }

  async function read<Body>(call: string, question: Question): Promise<Answer<Body>> {
    const response = await send(call, question);
    const { status, headers } = response;
    const text = await response.text();
    const json = text !== '' && /json/.test(headers.get('content-type') ?? '');
    return { status, headers, body: (json ? JSON.parse(text) : text) as Body };
  }

  function note(call: string, { status, headers, body }: Answer<unknown>): void {
    recorded.push({
      call: name.text(call),
      status,
      headers: Object.fromEntries(
        [...headers]
          .filter(([header]) => !PASSING.has(header))
          .map(([header, value]) => [header, name.header(header, value)]),
      ),
      body: name.value(body),
    });
  }

  return {
    recorded,
    async ask<Body>(status: number, call: string, question: Question = {}) {
      const answer = await read<Body>(call, question);
      note(call, answer);
      const refused = answer.status === status ? '' : JSON.stringify(answer.body);
      t.equal(answer.status, status, `${call} ${refused}`);
      return answer;
    },
    async settled<Body>(call: string, question: Question, as: (body: Body) => boolean | undefined) {
      const answer = await eventually(
        `${call} is as it shall be`,
        async () => {
          const now = await read<Body>(call, question);
          if (now.status !== 200) throw new Error(`${call}: ${now.status}`);
          return as(now.body) && now;
        },
        SETTLED_MS,
      );
      note(call, answer);
      return answer;
    },
    async events(call, count, question) {
      const response = await send(call, question);
      const { status, headers } = response;
      const stream = response.body!.pipeThrough(new TextDecoderStream());
      let text = '';
      for await (const chunk of stream) {
        text += chunk;
        if (text.split('\nevent: ').length > count) break;
      }
      // How much came with the beginning is chance.
      note(call, { status, headers, body: count === 0 ? '' : text });
      t.equal(status, 200, call);
    },
  };
}

/** What is made at random or by the clock, as it looks; the same thing always gets the same name. */
const MADE: readonly [string, RegExp][] = [
  ['token', /\bmr[os]_[\w-]+/g],
  ['uuid', /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g],
  ['hash', /\b[0-9a-f]{32,}\b/g],
  ['id', /\b[0-9a-f]{24}\b/g],
  ['number', /\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b/g],
];
const TIMES: readonly [string, RegExp][] = [
  ['time', /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g],
  ['day', /\b\d{4}-\d\d-\d\d\b/g],
  ['entry', /\b\d{13}-\d+\b/g],
  ['ms', /\b\d{13}\b/g],
  ['request', /urn:millrace:request:[\w-]+/g],
  ['cursor', /(?<=cursor=)\w{8,}/g],
];
/** Fields whose values are made so, or depend on how fast somebody was, or which process was asked. */
const VALUES = new Set([
  'csrfToken',
  'nextCursor',
  'fingerprint',
  'browser',
  'address',
  'state',
  'modules',
  'sources',
  'streams',
  'health',
  'advice',
  'perSecond',
  'length',
  'consumers',
  'consumerCount',
  'entries',
  'added',
  'scanned',
  'lag',
  'pending',
  'oldestUnacknowledgedMs',
  'here',
  'requestId',
  'process',
  'attempts',
  'traceparent',
  'revision',
  'temporaryPassword',
]);

function isObject(one: unknown): one is object {
  return typeof one === 'object' && one !== null && !Array.isArray(one);
}

const typeOf = (item: unknown): string => (item as { type?: string } | null)?.type ?? '';

/** The events of a timeline stand there as they came, and two that nothing orders come as they may. */
function inOrder(items: unknown[]): unknown[] {
  return items.toSorted((one, other) => typeOf(one).localeCompare(typeOf(other)));
}

/** An event that was published again, as it may be at any time, stands there once. */
function once(items: unknown[]): unknown[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    if (!isObject(item) || !('eventId' in item)) return true;
    const text = JSON.stringify(item);
    return !seen.has(text) && seen.add(text);
  });
}

function createNames() {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  const nameOf = (kind: string, made: string): string => {
    const known = names.get(made);
    if (known !== undefined) return known;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    names.set(made, `<${kind} ${count}>`);
    return `<${kind} ${count}>`;
  };
  function text(made: string): string {
    let named = made;
    for (const [kind, look] of TIMES) named = named.replaceAll(look, `<${kind}>`);
    for (const [kind, look] of MADE) named = named.replaceAll(look, (found) => nameOf(kind, found));
    return named;
  }
  function value(one: unknown, field = ''): unknown {
    if (one !== null && VALUES.has(field) && !isObject(one)) return `<${field}>`;
    if (typeof one === 'string') return text(one);
    if (typeof one === 'number') return one > 1_000_000_000_000 ? '<ms>' : one;
    if (Array.isArray(one)) return once(inOrder(one).map((item) => value(item)));
    if (!isObject(one)) return one;
    return Object.fromEntries(Object.entries(one).map(([key, item]) => [key, value(item, key)]));
  }
  function header(name: string, content: string): string {
    if (name === 'etag' || name === 'x-cache') return `<${name}>`;
    if (name === 'set-cookie')
      return content.replaceAll(/=[^;,]+/g, (part) => (part.length > 20 ? '=<made>' : part));
    return text(content);
  }
  return { text, value, header };
}
