/** Pictures that an operator drops: taken where they can be decoded, refused with the reason where not. */
import sharp from 'sharp';
import { test } from 'tap';
import { ADMIN_TOKEN, type TestHost } from '../../support.ts';
import { importLines, line, startCatalogue } from './catalogue.ts';
import { operate } from './operator.ts';
import { jpeg } from './picture-files.ts';

interface Shown {
  imageUrl: string | null;
  picture: { hash: string; width: number } | null;
  pictureAlt?: string;
  version: number;
}

function put(host: TestHost, bytes: Buffer, headers: Record<string, string> = {}) {
  return host.app.inject({
    method: 'PUT',
    url: '/api/admin/products/p1/picture',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'image/jpeg', ...headers },
    payload: bytes,
  });
}

const inShop = async (host: TestHost) => (await host.app.inject('/api/products/p1')).json<Shown>();

test('a picture is shown at once, another takes its place, and it is taken away', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, [line()]);
  t.equal((await inShop(host)).picture, null);
  const first = await put(host, (await jpeg(40, 30)).bytes);
  t.equal(first.statusCode, 200);
  t.match(first.json(), { version: 2, picture: { width: 40 } });
  t.equal((await inShop(host)).picture?.hash, first.json<Shown>().picture?.hash);
  t.equal((await host.app.inject('/api/products/p1/image')).headers['content-type'], 'image/jpeg');
  const png = await sharp((await jpeg(50, 20)).bytes)
    .png()
    .toBuffer();
  t.match((await put(host, png)).json(), { version: 3, picture: { width: 50 } });
  t.match((await put(host, png)).json(), { version: 3 }, 'the same again is no change');
  await operate(host, 'PATCH', 'products/p1', { pictureAlt: 'A blue shirt on a hanger' });
  t.match(await inShop(host), { pictureAlt: 'A blue shirt on a hanger' });
  const gone = await operate(host, 'DELETE', 'products/p1/picture');
  t.match(gone.json(), { imageUrl: null, picture: null, version: 5 });
  t.equal((await host.app.inject('/api/products/p1/image')).statusCode, 404);
  t.notOk('pictureAlt' in (await inShop(host)));
});

for (const [format, type] of [
  ['png', 'image/png'],
  ['webp', 'image/webp'],
  ['avif', 'image/avif'],
] as const)
  test(`a picture is taken as ${format}`, async (t) => {
    const host = await startCatalogue(t);
    await importLines(host, [line()]);
    const made = sharp((await jpeg(20, 20)).bytes);
    const bytes = await made.toFormat(format).toBuffer();
    t.match((await put(host, bytes, { 'content-type': type })).json(), { picture: { width: 20 } });
  });

test('what is no picture, broken, or too large is refused and changes nothing', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, [line()]);
  const { bytes } = await jpeg(400, 300);
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>');
  const huge = await sharp({
    create: { width: 8000, height: 7000, channels: 3, background: '#000' },
  })
    .png()
    .toBuffer();
  for (const [what, payload, status] of [
    ['nothing', Buffer.alloc(0), 400],
    ['text', Buffer.from('not a picture'), 415],
    ['SVG, which may hold scripts', svg, 415],
    ['a beginning alone', bytes.subarray(0, 300), 400],
    ['more pixels than are decoded', huge, 400],
    ['more bytes than are read', Buffer.alloc(2 * 1024 * 1024 + 1, bytes), 413],
  ] as const)
    t.equal((await put(host, payload)).statusCode, status, what);
  t.match(await inShop(host), { imageUrl: null });
  t.equal((await put(host, bytes, { 'if-match': '"7"' })).statusCode, 412);
  t.match((await operate(host, 'GET', 'products/p1')).json(), { version: 1 });
});

test('the same import again leaves the picture and the details that the operator has set', async (t) => {
  const host = await startCatalogue(t);
  const imported = await jpeg(40, 30);
  const withPicture = (picture = imported) => importLines(host, [line()], async () => picture);
  await withPicture();
  await operate(host, 'PATCH', 'products/p1', { price: 900 });
  await put(host, (await jpeg(60, 30, '#20d020')).bytes);
  t.match(await withPicture(), { unchanged: 1, pictures: 0 });
  t.match(await inShop(host), { price: 900, picture: { width: 60 } });
  t.match(await importLines(host, [line()]), { unchanged: 1 });
  t.match(await withPicture(await jpeg(80, 30)), { pictures: 1 });
  t.match(await inShop(host), { picture: { width: 80 } });
});

test('a picture that the operator has added or removed is no news of an import without one', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, [line()]);
  await operate(host, 'PATCH', 'products/p1', { price: 900 });
  await put(host, (await jpeg(60, 30)).bytes);
  t.match(await importLines(host, [line()]), { unchanged: 1 });
  await operate(host, 'DELETE', 'products/p1/picture');
  t.match(await importLines(host, [line()]), { unchanged: 1 });
  t.match(await inShop(host), { price: 900, imageUrl: null });
  const { items } = (await operate(host, 'GET', 'products/p1/history')).json();
  t.match(items, [
    { what: 'picture', changes: [{ field: 'picture', before: String, after: null }] },
    { what: 'picture', changes: [{ field: 'picture', before: null, after: String }] },
    { what: 'changed' },
    { what: 'imported' },
  ]);
});
