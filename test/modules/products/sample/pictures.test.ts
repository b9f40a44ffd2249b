// What a page may rely on when it shows the pictures of the sample products.
import { test } from 'tap';
import { samplePictures, sampleProducts } from './files.ts';
import { elementsOf, type Element } from './markup.ts';

const MAX_BYTES = 6000;

const pictures = [...samplePictures].map(([name, svg]) => ({
  name,
  svg,
  elements: elementsOf(svg),
}));

/** The names of the pictures that break a rule; an empty list is a kept promise. */
const breaking = (keeps: (elements: Element[], svg: string) => boolean): string[] =>
  pictures.filter(({ elements, svg }) => !keeps(elements, svg)).map(({ name }) => name);

const idsOf = (elements: Element[]): string[] =>
  elements.flatMap(({ attributes }) => attributes.get('id') ?? []);

test('every product has a picture, and every picture a product', async (t) => {
  const names = sampleProducts.map(({ productId }) => `${productId}.svg`);
  t.strictSame([...samplePictures.keys()].toSorted(), names.toSorted());
});

test('every picture is one well-formed SVG document of 480 by 640', async (t) => {
  t.strictSame(
    breaking((elements) => {
      const [root, ...rest] = elements;
      return (
        root?.name === 'svg' &&
        root.attributes.get('viewBox') === '0 0 480 640' &&
        root.attributes.get('xmlns') === 'http://www.w3.org/2000/svg' &&
        rest.every(({ name }) => name !== 'svg')
      );
    }),
    [],
  );
});

test('pictures are made of shapes, gradients, patterns and clips, and nothing else', async (t) => {
  const allowed =
    /^(svg|defs|g|path|rect|circle|ellipse|linearGradient|radialGradient|stop|pattern|clipPath|filter|feDropShadow)$/;
  t.strictSame(
    breaking((elements) => elements.every(({ name }) => allowed.test(name))),
    [],
  );
});

test('no attribute is a handler, a link or a style, or points outside', async (t) => {
  t.strictSame(
    breaking((elements) =>
      elements
        .flatMap(({ attributes }) => [...attributes])
        .every(
          ([attribute, value]) =>
            !/^on|href$|^style$/i.test(attribute) &&
            (attribute === 'xmlns' || !/:|\/\/|undefined|NaN/.test(value)),
        ),
    ),
    [],
  );
});

test('references stay inside their picture, and ids are unique across all pictures', async (t) => {
  t.strictSame(
    breaking((elements, svg) => {
      const ids = idsOf(elements);
      return [...svg.matchAll(/url\(#([^)]*)\)/g)].every(([, target = '']) => ids.includes(target));
    }),
    [],
  );
  const ids = pictures.flatMap(({ elements }) => idsOf(elements));
  t.equal(new Set(ids).size, ids.length);
});

test('every picture is small, and no two are alike', async (t) => {
  t.strictSame(
    breaking((_, svg) => Buffer.byteLength(svg) < MAX_BYTES),
    [],
  );
  const shapes = pictures.map(({ svg }) => svg.replaceAll(/p\d+\w*/g, ''));
  t.equal(new Set(shapes).size, pictures.length);
});
