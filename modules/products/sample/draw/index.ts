// Which drawing belongs to which kind of product, and whether it stands or hangs.
import type { SampleProduct } from '../product.ts';
import { drawBackpack } from './backpacks.ts';
import { drawBottle } from './bottles.ts';
import { drawDress } from './dresses.ts';
import { framed } from './frame.ts';
import { drawHat } from './hats.ts';
import { drawJacket } from './jackets.ts';
import { drawLamp } from './lamps.ts';
import { drawMug } from './mugs.ts';
import { drawScarf } from './scarves.ts';
import { drawShirt } from './shirts.ts';
import { drawShoes } from './shoes.ts';
import { sketchOf, type Sketch } from './sketch.ts';
import { drawSunglasses } from './sunglasses.ts';
import { drawTent } from './tents.ts';
import { drawBlanket, drawCushion } from './textiles.ts';
import { drawTrousers } from './trousers.ts';
import { drawVase } from './vases.ts';
import { drawWatch } from './watches.ts';

type Drawing = { draw: (s: Sketch) => string; stands: (s: Sketch) => boolean };

const standing = () => true;
const hanging = () => false;

const drawings = new Map<string, Drawing>([
  ['Backpacks', { draw: drawBackpack, stands: standing }],
  ['Blankets', { draw: drawBlanket, stands: standing }],
  ['Bottles', { draw: drawBottle, stands: standing }],
  ['Cushions', { draw: drawCushion, stands: standing }],
  ['Dresses', { draw: drawDress, stands: hanging }],
  ['Hats', { draw: drawHat, stands: hanging }],
  ['Jackets', { draw: drawJacket, stands: hanging }],
  ['Lamps', { draw: drawLamp, stands: (s) => !s.says('pendant') }],
  ['Mugs', { draw: drawMug, stands: standing }],
  ['Scarves', { draw: drawScarf, stands: hanging }],
  ['Shirts', { draw: drawShirt, stands: hanging }],
  ['Shoes', { draw: drawShoes, stands: standing }],
  ['Sunglasses', { draw: drawSunglasses, stands: hanging }],
  ['Tents', { draw: drawTent, stands: standing }],
  ['Trousers', { draw: drawTrousers, stands: hanging }],
  ['Vases', { draw: drawVase, stands: standing }],
  ['Watches', { draw: drawWatch, stands: hanging }],
]);

const garments = ['Jackets', 'Shirts', 'Trousers', 'Dresses', 'Backpacks', 'Shoes', 'Hats'];
const CHILD_SCALE = 0.86;

/**
 * Draws a sample product, by its kind (`subCategory_typeName`), its colours and the words of its name.
 * @param product a sample product
 * @returns an SVG document of 480 by 640, without scripts or references to anything outside itself
 * @throws RangeError when there is no drawing for the product's kind
 */
export function samplePicture(product: SampleProduct): string {
  const kind = product.subCategory_typeName;
  const drawing = drawings.get(kind);
  if (!drawing) {
    const known = [...drawings.keys()].join(', ');
    throw new RangeError(`No drawing for products of kind '${kind}'. Use one of: ${known}.`);
  }
  const sketch = sketchOf(product);
  const child = product.ageGroup.startsWith('Kids') && garments.includes(kind);
  return framed(sketch, drawing.draw(sketch), drawing.stands(sketch), child ? CHILD_SCALE : 1);
}
