// The whole sample catalogue, kind by kind; the order fixes the products' ids.
import type { Kind } from '../product.ts';
import { backpacks } from './backpacks.ts';
import { blankets } from './blankets.ts';
import { bottles } from './bottles.ts';
import { cushions } from './cushions.ts';
import { dresses } from './dresses.ts';
import { hats } from './hats.ts';
import { jackets } from './jackets.ts';
import { lamps } from './lamps.ts';
import { mugs } from './mugs.ts';
import { scarves } from './scarves.ts';
import { shirts } from './shirts.ts';
import { shoes } from './shoes.ts';
import { sunglasses } from './sunglasses.ts';
import { tents } from './tents.ts';
import { trousers } from './trousers.ts';
import { vases } from './vases.ts';
import { watches } from './watches.ts';

export const kinds: Kind[] = [
  jackets,
  mugs,
  backpacks,
  shirts,
  lamps,
  shoes,
  blankets,
  watches,
  dresses,
  vases,
  hats,
  tents,
  trousers,
  cushions,
  sunglasses,
  bottles,
  scarves,
];
