/** Dead letters of any size and number: listed, handled again and discarded few at a time. */
import { test } from 'tap';
import { deadLetterStream } from '../../src/bus/recover/dead-letter.ts';
import { startProcess } from '../process.ts';
import { ADMIN_TOKEN, openTestEnvironment, type TestHost } from '../support.ts';
import {
  call,
  fill,
  LETTER,
  startEars,
  type Letter,
  type LetterPage as Page,
  type Replayed,
} from './bells.ts';

const MB = 1_000_000;
const LETTERS = 520;
/** Far less than all letters together take, read at once: they come as bytes, texts and JSON. */
const MEMORY = 450 * MB;

/** Every letter, page by page; `look` sees each page. */
async function walk(
  host: TestHost,
  query: string,
  look: (page: Page, bytes: number) => void = () => undefined,
): Promise<Letter[]> {
  const all: Letter[] = [];
  for (let from = ''; ;) {
    const response = await call(host, 'GET', `?${query}${from}`);
    const page = response.json<Page>();
    if (response.statusCode !== 200) throw new Error(response.body);
    look(page, response.rawPayload.length);
    all.push(...page.items);
    if (page.nextCursor === null) return all;
    from = `&from=${page.nextCursor}`;
  }
}

const bellsOf = (letters: readonly Letter[]) => letters.map(({ fields }) => fields['bell']);

test('520 dead letters of half a megabyte are listed, handled again and discarded, and the process goes on', async (t) => {
  const env = await openTestEnvironment(t);
  const { url } = await startProcess(t, env, { MODULES: 'order-history', ADMIN_TOKEN });
  const key = deadLetterStream(`${env.keyPrefix}ORDERS_STREAM`, 'order-history');
  const orders = Array.from({ length: LETTERS }, (_, i) => `order-${i}`);
  for (const orderId of orders) {
    const fields = JSON.stringify({ type: 'order.placed', orderId, payload: 'x'.repeat(MB / 2) });
    await env.redis.xadd(key, '*', ...Object.entries({ ...LETTER, fields }).flat());
  }
  const memory = async (): Promise<number> => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]);
  };
  const ask = async (path: string, body?: object): Promise<string> => {
    const response = await fetch(`${url}/api/admin/streams/ORDERS_STREAM/dead-letters${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(text);
    return text;
  };
  const before = await memory();
  let peak = 0;
  let working = true;
  let answers = 0;
  const watching = (async () => {
    while (working) {
      const { status } = await fetch(`${url}/healthz`);
      if (status === 200) answers += 1;
      peak = Math.max(peak, await memory());
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  })();

  const listed: Letter[] = [];
  for (let from = ''; ;) {
    const text = await ask(`?limit=500${from}`);
    if (text.length > 2 * MB) t.fail(`a page of ${text.length} bytes`);
    const answer = JSON.parse(text) as Page;
    listed.push(...answer.items);
    for (const { fields } of answer.items) delete fields['payload'];
    if (answer.nextCursor === null) break;
    from = `&from=${answer.nextCursor}`;
  }
  t.same(
    listed.map(({ fields }) => fields['orderId']),
    orders,
    'all, each once, oldest first',
  );
  t.ok(answers > 10, `${answers} answers of /healthz meanwhile`);

  const group = 'order-history';
  const failed: string[] = [];
  for (let from: string | null | undefined; from !== null;) {
    const text = await ask('/replay', { group, ...(from && { from }) });
    const answer = JSON.parse(text) as Replayed;
    failed.push(...answer.failed.map(({ id }) => id));
    from = answer.nextCursor;
  }
  const ids = listed.map(({ id }) => id);
  t.same(failed, ids, 'each is tried once');
  t.match(JSON.parse(await ask('/discard', { group, ids: ids.slice(0, 5) })), { discarded: 5 });
  t.match(JSON.parse(await ask('/discard', { group })), { discarded: 500, left: 15 });
  t.match(JSON.parse(await ask('/discard', { group })), { discarded: 15, left: 0 });

  working = false;
  await watching;
  t.ok(peak - before < MEMORY, `${Math.round((peak - before) / MB)} MB more at most`);
});

test('a letter that is larger than a page is shown by its beginning, and handled whole', async (t) => {
  const { host, heard } = await startEars(t);
  await fill(host, ['small']);
  await fill(host, ['"large"\n'], { size: 5 * MB });
  await fill(host, ['last']);
  const letters = await walk(host, 'group=ears', (_, bytes) => t.ok(bytes < MB));
  t.same(bellsOf(letters), ['small', '"large"\n', 'last']);
  const [small, large] = letters;
  t.notOk(small?.cutFrom);
  t.ok(large!.cutFrom! > 5 * MB);
  t.match(large!.fields, { type: 'bell.rang', payload: /^x{1000,}$/ });
  const replay = await call(host, 'POST', '/replay', { group: 'ears' });
  t.match(replay.json(), { replayed: letters.map(({ id }) => id), nextCursor: null });
  t.same(heard, ['small', '"large"\n', 'last']);
});

test('pages of several groups leave nothing out, and show nothing twice', async (t) => {
  const { host } = await startEars(t);
  const bells = Array.from({ length: 10 }, (_, i) => `bell-${i}`);
  for (const bell of bells) {
    await fill(host, [bell], { size: 300_000 });
    await fill(host, [bell], { size: bell === 'bell-3' ? 2 * MB : 0, group: 'others' });
  }
  // Two letters of one id, as two groups may have them.
  const { redis, keyPrefix } = host.env;
  for (const group of ['ears', 'others'])
    await redis.xadd(
      deadLetterStream(`${keyPrefix}BELLS_STREAM`, group),
      '99999999999999-0',
      'a',
      'b',
    );
  for (const limit of [1, 2, 7, 100]) {
    const letters = await walk(host, `limit=${limit}`);
    t.equal(letters.length, 22, `limit ${limit}`);
    const of = (group: string) => letters.filter((letter) => letter.group === group);
    for (const group of ['ears', 'others']) t.same(bellsOf(of(group)), bells);
  }
});

test('letters that fail again hold up none behind them', async (t) => {
  const { host, heard } = await startEars(t);
  const broken = Array.from({ length: 501 }, () => 'broken');
  await fill(host, [...broken, 'good']);
  const first = await call(host, 'POST', '/replay', { group: 'ears' });
  const { failed, nextCursor } = first.json<Replayed>();
  t.equal(failed.length, 500);
  t.match(failed[0], { error: 'it is broken' });
  const second = await call(host, 'POST', '/replay', { group: 'ears', from: nextCursor });
  t.match(second.json(), { replayed: { length: 1 }, failed: { length: 1 }, nextCursor: null });
  t.same(heard, ['good']);
});
