/** The feed of the operator's pages: asked for again when it is over, and said to be lost when it is. */
import { test } from 'tap';
import { followFeed } from '../../../modules/storefront/pages/lib/feed.ts';
import { eventually } from '../../support.ts';

const SNAPSHOT = 'event: snapshot\ndata: {}\n\n';

/** A page in sight, whose feed is answered by each of these in turn, and by nothing after them. */
function follow(...answers: (() => ReadableStream<Uint8Array>)[]) {
  Object.assign(globalThis, { document: Object.assign(new EventTarget(), { hidden: false }) });
  const seen: string[] = [];
  const end = followFeed({
    async open() {
      const answer = answers.shift();
      seen.push(answer ? 'asked' : 'refused');
      if (!answer) throw new Error('nobody answers');
      return new Response(answer());
    },
    silentMs: 60_000,
    onEvent: (name) => seen.push(name),
    onConnection: (isOpen) => seen.push(isOpen ? 'open' : 'lost'),
  });
  return { seen, end };
}

const stream = (end: (controller: ReadableStreamDefaultController<Uint8Array>) => void) => () =>
  new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(SNAPSHOT)),
    pull: end,
  });
const over = stream((controller) => controller.close());
const broken = stream((controller) => controller.error(new Error('the line broke')));

test('a feed that is over is lost only where the next does not come', async (t) => {
  const { seen, end } = follow(over, over);
  t.teardown(end);
  await eventually('the third is refused', () => seen.includes('lost'));
  const once = ['asked', 'open', 'snapshot'];
  t.same(seen, [...once, ...once, 'refused', 'lost']);
});

test('a feed that breaks off is lost at once, and asked for again', async (t) => {
  const { seen, end } = follow(broken, over);
  t.teardown(end);
  await eventually('the next came', () => seen.filter((one) => one === 'snapshot').length > 1);
  t.same(seen, ['asked', 'open', 'snapshot', 'lost', 'asked', 'open', 'snapshot']);
});
