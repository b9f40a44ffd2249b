// What every drawing starts from: the product's colours, its words and a sequence of small seeded choices.
import { shades, type Shades } from '../palette.ts';
import type { SampleProduct } from '../product.ts';

const patterns = [
  'pinstripe',
  'stripe',
  'dots',
  'check',
  'fleck',
  'chevron',
  'leaf',
  'block',
] as const;

export type Pattern = (typeof patterns)[number];

/** One picture in the making. */
export type Sketch = {
  main: Shades;
  accent: Shades;
  third: Shades;
  pattern: Pattern | undefined;
  /** Whether the product's name holds one of these words. */
  says: (...words: string[]) => boolean;
  /** The next seeded integer from 0 up to, not including, `count`. */
  vary: (count: number) => number;
  /** A new element id, unique among all pictures, so that many may stand in one page. */
  nextId: () => string;
  /** The id of one of the frame's own gradients or patterns. */
  id: (name: string) => string;
};

function seededSequence(seed: string): (count: number) => number {
  let state = 2166136261;
  for (const letter of seed) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 16777619);
  return (count) => {
    state = Math.imul(state ^ (state >>> 15), 2246822507) + 0x9e3779b9;
    return ((state ^ (state >>> 13)) >>> 0) % count;
  };
}

/**
 * Reads from a product what its picture has to show.
 * @param product any sample product; the same product always gives the same sketch
 */
export function sketchOf(product: SampleProduct): Sketch {
  const [main = 'Grey', accent = main, third = accent] = product.productColors.split(',');
  const name = product.productDisplayName.toLowerCase();
  const variant = product.variantName.toLowerCase();
  const prefix = `p${product.productId.replaceAll(/\W/g, '')}`;
  let ids = 0;
  return {
    main: shades(main),
    accent: shades(accent),
    third: shades(third),
    pattern: patterns.find((pattern) => variant.includes(pattern)),
    says: (...words) => words.some((word) => name.includes(word)),
    vary: seededSequence(product.productDisplayName),
    nextId: () => `${prefix}c${ids++}`,
    id: (part) => `${prefix}${part}`,
  };
}
