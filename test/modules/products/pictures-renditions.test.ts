/** Pictures in widths and formats: what a page gets by the address of their content. */
import sharp from 'sharp';
import { test } from 'tap';
import { openCatalogue } from '../../../modules/products/catalogue/store.ts';
import {
  createRenditions,
  type RenditionDocument,
} from '../../../modules/products/pictures/renditions.ts';
import { eventually, startTestHost, type TestHost } from '../../support.ts';
import { products } from '../../../modules/products/index.ts';
import { filesOf, importLines, line, list, runImport, startCatalogue } from './catalogue.ts';
import { importPictures, jpeg } from './picture-files.ts';
import { samplePictures } from './sample/files.ts';

const DAY_MS = 86_400_000;
const renditionsOf = (host: TestHost) =>
  host.context('products').db.collection<RenditionDocument>('renditions');
const ask = (host: TestHost, hash: string | undefined, name: string, headers = {}) =>
  host.app.inject({ url: `/api/pictures/${hash}/${name}`, headers });

test('a picture is there in four widths and two formats, and never enlarged', async (t) => {
  const host = await startCatalogue(t);
  const shown = await importPictures(host, {
    large: await jpeg(2000, 1000),
    small: await jpeg(300, 400, '#2020d0'),
    tiny: await jpeg(90, 60, '#20d020'),
  });
  t.match(shown['large']?.picture, { width: 2000, height: 1000, widths: [160, 320, 640, 1280] });
  t.match(shown['small']?.picture, { width: 300, height: 400, widths: [160, 300] });
  t.match(shown['tiny']?.picture, { width: 90, height: 60, widths: [90] });
  for (const { picture } of Object.values(shown)) {
    if (!picture) throw new Error('there is no picture');
    for (const width of picture.widths) {
      for (const [extension, format] of [
        ['avif', 'heif'],
        ['webp', 'webp'],
      ]) {
        const answer = await ask(host, picture.hash, `${width}.${extension}`);
        t.match(answer, {
          statusCode: 200,
          headers: {
            'content-type': `image/${extension}`,
            'cache-control': 'public, max-age=31536000, immutable',
            'cross-origin-resource-policy': 'cross-origin',
            'x-content-type-options': 'nosniff',
          },
        });
        t.match(await sharp(answer.rawPayload).metadata(), {
          format,
          width,
          height: Math.round((width * picture.height) / picture.width),
        });
      }
    }
    const original = await ask(host, picture.hash, 'original');
    t.match(original.headers, { 'content-type': 'image/jpeg', 'cache-control': /immutable/ });
  }
  const { hash } = shown['small']?.picture ?? {};
  const { headers } = await ask(host, hash, '160.avif');
  const known = { 'if-none-match': headers['etag'] };
  t.match(await ask(host, hash, '160.avif', known), { statusCode: 304, body: '' });
  t.match(
    (await host.app.inject('/api/products/small')).json(),
    { picture: shown['small']?.picture },
    'the product says what the list says',
  );
});

test('what is not there is a problem: another hash, width or format', async (t) => {
  const host = await startCatalogue(t);
  const shown = await importPictures(host, { p1: await jpeg(300, 400) });
  const { hash = '' } = shown['p1']?.picture ?? {};
  const other = hash.replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A'));
  for (const path of [
    `${other}/160.avif`,
    `${other}/original`,
    `${hash}/161.avif`,
    `${hash}/320.avif`,
    `${hash}/0160.avif`,
    `${hash}/160.png`,
    `${hash}/160.AVIF`,
    `${hash}/160`,
    `${hash}/..`,
    `..%2f/160.avif`,
    `${hash}/99999999.webp`,
  ]) {
    const answer = await host.app.inject(`/api/pictures/${path}`);
    t.equal(answer.statusCode, 404, path);
    t.match(answer.headers['content-type'], /problem/);
    t.notMatch(answer.headers['cache-control'], /immutable/);
  }
  t.equal(await renditionsOf(host).countDocuments(), 0, 'and nothing was made');
});

test('however many ask at once for a picture, it is made once, and a later process finds it', async (t) => {
  const host = await startCatalogue(t);
  const shown = await importPictures(host, { p1: await jpeg(1400, 900) });
  const { hash } = shown['p1']?.picture ?? {};
  const renditions = createRenditions(openCatalogue(host.context('products')));
  const all = await Promise.all(
    Array.from({ length: 20 }, () => renditions.get(String(hash), '640.avif')),
  );
  t.equal(new Set(all).size, 1, 'all get the one that was made');
  const [before] = await renditionsOf(host).find().toArray();
  const later = await startTestHost(t, { modules: [products], env: host.env });
  const answer = await ask(later, hash, '640.avif');
  t.same(answer.rawPayload, Buffer.from(before?.bytes?.buffer ?? []));
  t.equal(await renditionsOf(host).countDocuments(), 1);
});

test('a picture stands upright as its EXIF says, and tells nothing of where it was taken', async (t) => {
  const host = await startCatalogue(t);
  const bytes = await sharp({
    create: { width: 400, height: 200, channels: 3, background: '#d02020' },
  })
    .composite([
      {
        input: { create: { width: 200, height: 200, channels: 3, background: '#2020d0' } },
        gravity: 'east',
      },
    ])
    .jpeg()
    .withExif({ IFD0: { Copyright: 'somebody' }, IFD3: { GPSLatitudeRef: 'N' } })
    .withMetadata({ orientation: 6 })
    .toBuffer();
  t.ok((await sharp(bytes).metadata()).exif, 'the test has what it looks for');
  const shown = await importPictures(host, { p1: { type: 'image/jpeg', bytes } });
  t.match(shown['p1']?.picture, { width: 200, height: 400, widths: [160, 200] });
  for (const name of ['200.avif', '160.webp']) {
    const { rawPayload } = await ask(host, shown['p1']?.picture?.hash, name);
    const { exif, orientation, width, height } = await sharp(rawPayload).metadata();
    t.same([exif, orientation], [undefined, undefined], name);
    t.equal(height, 2 * width);
    const { data, info } = await sharp(rawPayload).raw().toBuffer({ resolveWithObject: true });
    const [red = 0, , blue = 0] = data;
    t.ok(red > blue, 'what was left is above');
    const [lastRed = 0, , lastBlue = 0] = data.subarray(-info.channels);
    t.ok(lastRed < lastBlue, 'and what was right below');
  }
});

test('a vector picture, and one that moves, is served as it is, for ever', async (t) => {
  const host = await startCatalogue(t);
  const [svg = ''] = samplePictures.values();
  const frame = { create: { width: 40, height: 30, channels: 3 as const, background: '#d02020' } };
  const frames = [sharp(frame), sharp({ create: { ...frame.create, background: '#2020d0' } })];
  const pngs = await Promise.all(frames.map((one) => one.png().toBuffer()));
  const gif = await sharp(pngs, { join: { animated: true } })
    .gif()
    .toBuffer();
  const shown = await importPictures(host, {
    svg: { type: 'image/svg+xml', bytes: Buffer.from(svg) },
    gif: { type: 'image/gif', bytes: gif },
  });
  t.match(shown['svg']?.picture, { width: 480, height: 640, widths: [] });
  t.match(shown['gif']?.picture, { width: 40, height: 30, widths: [] });
  const answer = await ask(host, shown['svg']?.picture?.hash, 'original');
  t.match(answer.headers, {
    'content-type': 'image/svg+xml',
    'cache-control': 'public, max-age=31536000, immutable',
    'content-security-policy': /^default-src 'none'.*sandbox/,
  });
  t.equal(answer.body, svg);
  t.same((await ask(host, shown['gif']?.picture?.hash, 'original')).rawPayload, gif);
  t.equal((await ask(host, shown['svg']?.picture?.hash, '160.webp')).statusCode, 404);
});

test('a picture that cannot be decoded is given as it is', async (t) => {
  const host = await startCatalogue(t);
  const { type, bytes } = await jpeg(800, 600);
  const cut = bytes.subarray(0, 700);
  const shown = await importPictures(host, {
    cut: { type, bytes: cut },
    nothing: { type: 'image/gif', bytes: Buffer.from('GIF89a and so on') },
  });
  t.match(shown['nothing'], { imageUrl: '/api/products/nothing/image', picture: null });
  const { hash } = shown['cut']?.picture ?? {};
  for (let times = 0; times < 2; times += 1) {
    const answer = await ask(host, hash, '320.avif');
    t.match(answer, { statusCode: 200, headers: { 'content-type': 'image/jpeg' } });
    t.same(answer.rawPayload, cut);
  }
  t.match(await renditionsOf(host).find().toArray(), [{ _id: `${hash}/320.avif` }]);
  const later = await startTestHost(t, { modules: [products], env: host.env });
  t.same((await ask(later, hash, '320.avif')).rawPayload, cut, 'nor is it tried again');
});

test('a picture of too many pixels is not taken, and its line is named', async (t) => {
  const host = await startCatalogue(t);
  const bomb = await sharp({
    create: { width: 12_000, height: 12_000, channels: 3, background: '#fff' },
    limitInputPixels: false,
  })
    .png({ compressionLevel: 9 })
    .toBuffer();
  t.ok(bomb.length < 1_000_000, 'it is small as a file');
  const source = async (productId: string) =>
    productId === 'p2' ? { type: 'image/png', bytes: bomb } : jpeg(20, 20);
  const lines = [line(), line({ productId: 'p2' })];
  const { reported, pictures, badPictures } = await importLines(host, lines, source);
  t.match(reported, [
    /^2: imported without its picture: its picture is 12000 by 12000, more than 50000000 pixels; scale it down/,
  ]);
  t.same([pictures, badPictures], [1, 1]);
  t.match((await list(host, 'sort=name')).items, [
    { productId: 'p1', picture: { width: 20 } },
    { productId: 'p2', imageUrl: null, picture: null },
  ]);
  const { file, images } = filesOf(t, [line()]);
  await sharp(bomb, { limitInputPixels: false }).toFile(`${images}/p1.png`);
  const dry = await runImport(host.env, [file, '--images', images, '--dry-run']);
  t.match(dry, { status: 1, stderr: /^line 1: imported without its picture: .* 12000 by 12000/ });
});

test('another picture has another address, and what was made of the former goes after a day', async (t) => {
  const host = await startCatalogue(t);
  const before = (await importPictures(host, { p1: await jpeg(200, 200) }))['p1']?.picture;
  await ask(host, before?.hash, '160.webp');
  const after = (await importPictures(host, { p1: await jpeg(200, 200, '#2020d0') }))['p1']
    ?.picture;
  t.not(after?.hash, before?.hash, 'the list says so at once');
  await ask(host, after?.hash, '160.webp');
  const ids = async () =>
    (await renditionsOf(host).find().toArray()).map(({ _id }) => _id).toSorted();
  const both = [`${before?.hash}/160.webp`, `${after?.hash}/160.webp`].toSorted();
  const renditions = createRenditions(openCatalogue(host.context('products')));
  const now = Date.now();
  await renditions.removeUnused(now);
  await renditions.removeUnused(now + DAY_MS - 1);
  t.same(await ids(), both, 'pages that show it may be open');
  await renditions.removeUnused(now + DAY_MS);
  t.same(await ids(), [`${after?.hash}/160.webp`]);

  await importPictures(host, { p1: await jpeg(200, 200) });
  await renditions.removeUnused(now);
  await importPictures(host, { p1: await jpeg(200, 200, '#2020d0') });
  await renditions.removeUnused(now);
  await renditions.removeUnused(now + DAY_MS);
  t.same(await ids(), [`${after?.hash}/160.webp`], 'one that came back stays');
});

test('pictures that an earlier version has stored are measured after the start', async (t) => {
  const before = await startCatalogue(t);
  await importPictures(before, { p1: await jpeg(700, 350) });
  const pictures = openCatalogue(before.context('products')).pictures;
  await pictures.updateMany({}, { $unset: { width: '', height: '', widest: '' } });
  const host = await startTestHost(t, { modules: [products], env: before.env });
  const measured = await eventually('the picture is measured', async () => {
    const [item] = (await list(host)).items;
    t.equal(item?.imageUrl, '/api/products/p1/image', 'it is there meanwhile');
    return item?.picture;
  });
  t.match(measured, { width: 700, height: 350, widths: [160, 320, 640, 700] });
  t.equal((await ask(host, measured.hash, '700.webp')).statusCode, 200);
});
