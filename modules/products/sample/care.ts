// How each material wants to be looked after: one sentence a material, closing a product's description.
const sentences = {
  stoneware: 'Dishwasher and microwave safe; let it cool before rinsing',
  enamel: 'Wash by hand and dry at once; not for the microwave',
  glaze: 'Wipe with a damp cloth; rinse by hand after use with water',
  glass: 'Rinse with lukewarm water and a soft brush',
  lamp: 'Dust with a dry cloth; unplug before changing the bulb',
  wool: 'Air rather than wash; when needed, cool hand wash and dry flat',
  cotton: 'Machine wash at 30 °C with like colours; tumble dry low',
  linen: 'Machine wash at 40 °C; iron while still damp, or leave the creases',
  silk: 'Hand wash cool with a mild soap; iron on the reverse',
  down: 'Wash gently and tumble dry with two clean tennis balls to loosen the filling',
  shell: 'Wash at 30 °C without softener; renew the water repellent twice a year',
  denim: 'Wash rarely, cold and inside out',
  leather: 'Brush off dry dirt and feed with neutral cream each season',
  canvas: 'Spot clean with a soft brush and soap; dry in the shade',
  straw: 'Keep it dry and store it on its crown',
  metal: 'Wipe with a soft cloth after wearing; keep away from magnets',
  lens: 'Clean the lenses with the cloth in the case, never with paper',
  steel: 'Wash by hand with a bottle brush; store with the lid off',
  rubber: 'Rinse with cold water and dry away from radiators',
  plastic: 'Dishwasher safe on the top rack; leave the cap off to dry',
  tent: 'Dry completely before packing; never machine wash',
} as const;

export type Care = keyof typeof sentences;

/**
 * The care sentence of a material.
 * @param care the material's name
 * @returns one sentence without a closing full stop
 */
export function careSentence(care: Care): string {
  return sentences[care];
}
