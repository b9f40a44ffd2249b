/** Words in many scripts: what is one and what is two, and what was stored by older rules. */
import { test } from 'tap';
import { MARK_CHANGED } from '../../../modules/products/catalogue/store.ts';
import { importLines, idsOf, line, list, pagesOf, startCatalogue } from './catalogue.ts';
import { openTestEnvironment, type TestHost } from '../../support.ts';

const found = async (host: TestHost, search: string) =>
  (await idsOf(host, `search=${encodeURIComponent(search)}`)).toSorted().join(' ');

/** Names by the search that finds one of them alone, in scripts where a mark makes another letter. */
const PAIRS = [
  ['タンス', 'ダンス'],
  ['हरा', 'हीरा'],
  ['กา', 'กำ'],
  ['কাল', 'কালি'],
  ['край', 'краи'],
] as const;

test('marks that make another letter tell words and facets apart', async (t) => {
  const host = await startCatalogue(t);
  const names = PAIRS.flat();
  await importLines(
    host,
    names.map((name, i) =>
      line({ productId: `p${i}`, productDisplayName: name, masterCategory_typeName: name }),
    ),
  );
  const { facets } = await list(host);
  t.same(
    facets.category.map(({ value }) => value).toSorted(),
    names.toSorted(),
    'each is a category of its own',
  );
  for (const [i, name] of names.entries()) {
    t.equal(await found(host, name), `p${i}`, name);
    t.same(await idsOf(host, `category=${encodeURIComponent(name)}`), [`p${i}`], name);
  }
  t.equal(await found(host, 'ﾀﾞﾝｽ'), 'p1', 'of half width, it is the same');
});

test('case, accents and the letters that a keyboard lacks do not matter', async (t) => {
  const host = await startCatalogue(t);
  const sought = [
    ['KIRMIZI ELBİSE', ['kırmızı', 'kirmizi', 'Elbise', 'ELBISE']],
    ['Große Weiße Øl Łódź Đorđe Ærø Cœur Þór', ['grosse weisse', 'ol lodz', 'dorde aero']],
    ['Levi’s® 501™ Original', ['501', "levi's 501", 'levis', 'levi', 'Levi´s']],
    ["Robe d'été", ['été', 'robe ete', 'd’été', 'dete', "d'ete"]],
    ['ΧΑΡΤΙΝΟΣ ΦΆΚΕΛΟΣ', ['χάρτινος', 'φακελος']],
    ['שָׁלוֹם قَمِيص', ['שלום', 'قميص', 'قميـــص']],
    ['می‌خواهم', ['میخواهم', 'می خواهم']],
    ['赤いタンス', ['タンス', '赤い', '赤いタンス']],
    ['กางเกงยีนส์สีน้ำเงิน', ['สีน้ำเงิน']],
    ['각각 기프트', ['각각', '기프트'.normalize('NFD')]],
  ] as const;
  await importLines(
    host,
    sought.map(([name], i) => line({ productId: `p${i}`, productDisplayName: name })),
  );
  for (const [i, [name, searches]] of sought.entries())
    for (const search of searches)
      t.equal(await found(host, search), `p${i}`, `${name}: ${search}`);
});

test('a search of a pictograph finds what has it, or nothing', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, [
    line({ productId: 'gift', productDisplayName: '🎁 Gift Box' }),
    line({ productId: 'crew', productDisplayName: 'Crew 👩‍🚀👍🏽 30°' }),
    line({ productId: 'heart', productDisplayName: 'Heart ❤️ Flag 🇩🇪' }),
  ]);
  t.equal(await found(host, '🎁'), 'gift');
  t.equal(await found(host, 'box 🎁'), 'gift');
  t.equal(await found(host, '🎃'), '');
  t.equal(await found(host, '€'), '');
  t.equal(await found(host, '👩‍🚀'), 'crew');
  t.equal(await found(host, '👍'), 'crew', 'of whatever colour');
  t.equal(await found(host, '❤'), 'heart');
  t.equal(await found(host, '🇩🇪'), 'heart');
  t.equal(await found(host, '🇫🇷'), '');
  t.equal(await found(host, 'crew 30€'), 'crew', 'a sign beside words tells nothing');
});

test('names that fill a cursor are walked to the end, each product once', async (t) => {
  const host = await startCatalogue(t);
  const names = ['각', 'ﷺ', '👨', '"', 'ŉ'].map((letter) => letter.repeat(200));
  const ids = Array.from({ length: 15 }, (_, i) => `p${i}`);
  await importLines(
    host,
    ids.map((productId, i) => line({ productId, productDisplayName: names[i % names.length] })),
  );
  const items = await pagesOf(host, 'sort=name&limit=1');
  t.same(items.map(({ productId }) => productId).toSorted(), ids.toSorted());
});

test('what older rules have folded is found by the new ones after the next start', async (t) => {
  const env = await openTestEnvironment(t);
  const before = await startCatalogue(t, env);
  await importLines(before, [
    line({ productId: 'a', productDisplayName: 'タンス', masterCategory_typeName: 'タンス' }),
    line({ productId: 'b', productDisplayName: 'ダンス', masterCategory_typeName: 'ダンス' }),
  ]);
  const { db } = before.context('products');
  const old = { name: 'タンス', brand: 'acme', category: 'タンス', gender: 'women', colors: [] };
  await db
    .collection('products')
    .updateMany({}, { $set: { words: ['タンス'], folded: old }, ...MARK_CHANGED });
  t.equal(await found(before, 'ダンス'), '');
  await before.stop();
  const [after] = await Promise.all([startCatalogue(t, env), startCatalogue(t, env)]);
  t.equal(await found(after, 'ダンス'), 'b');
  t.same(await idsOf(after, `category=${encodeURIComponent('タンス')}`), ['a']);
  t.match(await importLines(after, [line({ productId: 'c' })]), { new: 1 });
});
