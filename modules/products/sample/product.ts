// The shape of a sample product, the same fields that a catalogue import reads, and how data rows are written.
import type { Care } from './care.ts';
import type { Colour } from './palette.ts';

/** One product in the import format; prices are whole units of the currency, lists are comma separated. */
export type SampleProduct = {
  productId: string;
  price: number;
  productDisplayName: string;
  variantName: string;
  brandName: string;
  ageGroup: string;
  gender: string;
  displayCategories: string;
  masterCategory_typeName: string;
  subCategory_typeName: string;
  productDescriptors_description_value: string;
  productColors: string;
  season: Season;
  usage: Usage;
  stockQty: number;
};

export type Season = 'Summer' | 'Winter' | 'Fall' | 'Spring';
export type Usage = 'Casual' | 'Formal' | 'Sports' | 'Home' | 'Travel';
export type Wearer = 'Women' | 'Men' | 'Unisex' | 'Girls' | 'Boys' | 'Kids';

/**
 * A row of a catalogue file. What differs from the kind's own facts is said here, all else is left out.
 * `variant` names the finish; the words stripe, pinstripe, dots, check, fleck, chevron, leaf and block
 * in it are also what the picture shows, as the words of `name` decide the cut that is drawn.
 */
export type Row = {
  name: string;
  variant: string;
  brand: string;
  price: number;
  colours: [Colour, ...Colour[]];
  text: string;
  points: string[];
  season: Season;
  wearer?: Wearer;
  usage?: Usage;
  care?: Care;
  also?: string;
  stock?: number;
};

/** A kind of product: the facts that all of its rows share. */
export type Kind = {
  name: string;
  master: 'Home' | 'Apparel' | 'Footwear' | 'Accessories' | 'Outdoor';
  categories: string;
  usage: Usage;
  care: Care;
  rows: Row[];
};
