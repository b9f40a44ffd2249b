/** What products may be called: names that somebody can see, and ids that an address leads to. */
import { test } from 'tap';
import { ADMIN_TOKEN, type TestHost } from '../../support.ts';
import { importLines, line, list, startCatalogue } from './catalogue.ts';

const INVISIBLE = ['\u0001', '\u200b', '\u3164', '\u202e', '\u2800', '\u00ad\ufe0f', ' \u2063\t'];
const OVERRIDING = ['Shirt\u202eelas', 'A\u2066B', 'A\u0000B', 'A\u009fB'];
const SEEN = [
  '👩‍🚀 Suit',
  'می‌خواهم',
  'क्‍ष',
  'Zero\u200bWidth',
  'עברית \u200fand English',
  '\u0301',
  '\ue000',
];
const operator = { authorization: `Bearer ${ADMIN_TOKEN}` };

function rename(host: TestHost, name: string) {
  const url = '/api/admin/products/p1';
  return host.app.inject({ method: 'PATCH', url, headers: operator, payload: { name } });
}

test('a name without a visible character, or that turns text around, is refused', async (t) => {
  const host = await startCatalogue(t);
  await importLines(host, [line({ productDisplayName: 'Before' })]);
  const fields = [
    'productDisplayName',
    'variantName',
    'brandName',
    'gender',
    'ageGroup',
    'masterCategory_typeName',
    'subCategory_typeName',
    'season',
    'usage',
    'productColors',
    'productSizes',
    'displayCategories',
  ];
  for (const name of [...INVISIBLE, ...OVERRIDING]) {
    const lines = fields.map((field) => line({ productId: 'bad', [field]: name }));
    const { bad, reported } = await importLines(host, lines);
    t.equal(bad, fields.length, JSON.stringify(name));
    for (const [i, field] of fields.entries())
      t.match(reported[i], new RegExp(`^${i + 1}: /${field} must (not hold|have)`, 'u'));
    const refused = await rename(host, name);
    t.match(refused.json(), { status: 400, detail: /^body\/name: must (not hold|have)/ });
  }
  t.match(await importLines(host, [line({ productId: 'bad', productColors: 'Red,\u200b' })]), {
    bad: 1,
  });
  t.match((await list(host)).items, [{ productId: 'p1', name: 'Before' }]);
});

test('names in every script stay as they are, joiners included', async (t) => {
  const host = await startCatalogue(t);
  const lines = SEEN.map((name, i) => line({ productId: `s${i}`, productDisplayName: name }));
  t.match(await importLines(host, [line(), ...lines]), { new: 1 + SEEN.length, reported: [] });
  const names = (await list(host)).items.map(({ name }) => name);
  for (const name of SEEN) {
    t.ok(names.includes(name), JSON.stringify(name));
    t.match((await rename(host, name)).json(), { name });
  }
  t.match(await importLines(host, [line({ brandName: ' ', season: '', variantName: 'A\n\tB' })]), {
    changed: 1,
  });
  t.match((await host.app.inject('/api/products/p1')).json(), { brand: '', variantName: 'A B' });
});

test('an id that no address leads to is refused; every other is reached', async (t) => {
  const host = await startCatalogue(t);
  const lost = ['.', '..', 'low-stock', 'suggestions'];
  const { reported } = await importLines(
    host,
    lost.map((productId) => line({ productId })),
  );
  t.match(
    reported,
    lost.map((_, i) => new RegExp(`^${i + 1}: /productId must be none of`)),
  );
  const reached = [
    '...',
    '-',
    '_',
    'LOW-STOCK',
    '__proto__',
    'constructor',
    'image',
    'x'.repeat(64),
  ];
  await importLines(
    host,
    reached.map((productId) => line({ productId })),
  );
  for (const productId of reached) {
    t.match((await host.app.inject(`/api/products/${productId}`)).json(), { productId });
    const url = `/api/admin/products/${productId}`;
    t.match((await host.app.inject({ url, headers: operator })).json(), { productId });
  }
});
