// The colours that sample products come in, and the shades that a picture needs of each.
const inks = {
  White: '#f3efe6',
  Cream: '#ead9b8',
  Sand: '#d3b88c',
  Tan: '#b8834f',
  Brown: '#6e4a33',
  Black: '#2c2c31',
  Charcoal: '#4b4f57',
  Grey: '#9aa0a6',
  Silver: '#c5cad0',
  Navy: '#26385c',
  Blue: '#3d6ea8',
  Sky: '#8fbcd9',
  Teal: '#2f7f80',
  Green: '#3f7a57',
  Olive: '#7a7a45',
  Sage: '#a3b494',
  Yellow: '#e9bf4a',
  Mustard: '#c9952f',
  Orange: '#dd7f3b',
  Rust: '#b0573a',
  Red: '#b93d3c',
  Burgundy: '#6f2c3b',
  Pink: '#dc9aa2',
  Lavender: '#a699c8',
  Gold: '#c7a35a',
} as const;

const inkOf = new Map<string, string>(Object.entries(inks));

const backdrops = [
  '#f1e6d8',
  '#dfe8ea',
  '#e4e9dc',
  '#f3dfd9',
  '#e6e2ee',
  '#ece9e3',
  '#f4e8c9',
  '#d9e3ee',
];

export type Colour = keyof typeof inks;

/** One colour with its lighter and darker neighbours, as CSS hex colours. */
export type Shades = { base: string; light: string; dark: string; deep: string };

const channels = (hex: string): number[] =>
  [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

/**
 * A colour between two others.
 * @param from hex colour at 0
 * @param to hex colour at 1
 * @param share 0 to 1
 * @returns a hex colour
 */
export function mix(from: string, to: string, share: number): string {
  const end = channels(to);
  const mixed = channels(from).map((c, i) => Math.round(c + ((end[i] ?? c) - c) * share));
  return `#${mixed.map((c) => c.toString(16).padStart(2, '0')).join('')}`;
}

/**
 * The shades of a named colour; a name that the palette does not hold is drawn in grey.
 * @param name a colour's name, as in `productColors`
 */
export function shades(name: string): Shades {
  const base = inkOf.get(name) ?? inks.Grey;
  return {
    base,
    light: mix(base, '#ffffff', 0.32),
    dark: mix(base, '#1d1a2b', 0.24),
    deep: mix(base, '#1d1a2b', 0.5),
  };
}

/**
 * A backdrop on which a colour stands out.
 * @param hex the product's main colour
 * @param choice any non-negative integer; picks among the backdrops that fit
 */
export function backdropFor(hex: string, choice: number): string {
  const [r = 0, g = 0, b = 0] = channels(hex);
  const distance = (other: string): number => {
    const [or = 0, og = 0, ob = 0] = channels(other);
    return Math.abs(r - or) + Math.abs(g - og) + Math.abs(b - ob);
  };
  const byDistance = backdrops.toSorted((x, y) => distance(y) - distance(x));
  const fitting = distance(byDistance.at(-1) ?? hex) > 180 ? byDistance : byDistance.slice(0, 4);
  const picked = fitting[choice % fitting.length] ?? '#ece9e3';
  // White and cream goods vanish on any pale wall, so theirs is a tone deeper.
  return r + g + b > 620 ? mix(picked, '#7d8b96', 0.32) : picked;
}
