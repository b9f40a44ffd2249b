/** Pictures of an import: which files are taken, and what is said of the others. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'tap';
import { filesOf, line, list, runImport, startCatalogue } from './catalogue.ts';

test('pictures are found whatever the case of their extension, and what is passed over is said', async (t) => {
  const host = await startCatalogue(t);
  const gif = 'GIF89a and so on';
  const ids = ['p1', 'p2', 'p3', 'p4', 'p5.v2'];
  const { file, images } = filesOf(
    t,
    ids.map((productId) => line({ productId })),
    {
      'p1.JPG': '\xff\xd8\xff',
      'p2.Gif': gif,
      'p2.gif': gif,
      'p3.tiff': 'II*',
      'p5.v2.GIF': gif,
      'P4.gif': gif,
      'other.gif': gif,
      '.hidden': '',
    },
  );
  await writeFile(join(images, 'p1.JPG'), Buffer.from([0xff, 0xd8, 0xff, 0xe0]));
  const { status, stdout, stderr } = await runImport(host.env, [file, '--images', images]);
  t.match(stdout, /^5 new, .* 3 pictures, 1 pictures not taken/);
  t.match(stderr, /^line 3: imported without its picture: p3.tiff is no webp, png, /m);
  t.match(stderr, /passed over: P4.gif, other.gif, p2.(gif|Gif)\n$/m);
  t.equal(status, 1);
  const shown = (await list(host)).items.filter(({ imageUrl }) => imageUrl !== null);
  t.same(shown.map(({ productId }) => productId).toSorted(), ['p1', 'p2', 'p5.v2']);
});
