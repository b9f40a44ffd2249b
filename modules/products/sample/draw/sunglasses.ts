// Draws sunglasses from the front, their arms open behind.
import { fill, form, line, mirrored } from './pen.ts';
import type { Sketch } from './sketch.ts';

type Cut = { rim: string; width: number; bridge: string };

function cutOf(s: Sketch): Cut {
  if (s.says('round'))
    return {
      rim: 'M54 330A80 80 0 0 1 214 330A80 80 0 0 1 54 330z',
      width: 17,
      bridge: 'M212 312Q240 288 268 312',
    };
  if (s.says('aviator'))
    return {
      rim: 'M58 280Q130 258 210 282Q226 318 196 376Q168 416 122 412Q66 400 50 326Q46 292 58 280z',
      width: 7,
      bridge: 'M212 300Q240 288 268 300M200 278H280',
    };
  if (s.says('cat-eye'))
    return {
      rim: 'M34 252Q60 268 132 266Q202 268 214 306Q214 372 158 392Q92 404 68 346Q58 300 34 252z',
      width: 19,
      bridge: 'M212 306Q240 286 268 306',
    };
  return {
    rim: 'M60 268Q130 258 204 270Q218 276 216 300L206 368Q202 392 176 394H98Q70 392 62 366L48 294Q46 272 60 268z',
    width: 18,
    bridge: 'M212 296Q240 276 268 296',
  };
}

/**
 * Draws sunglasses against the wall.
 * @param s the sketch
 */
export function drawSunglasses(s: Sketch): string {
  const { rim, width, bridge } = cutOf(s);
  const thick = width > 10;
  const arm = line('M50 296Q44 246 92 228L150 222', s.main.deep, thick ? 14 : 6);
  const eye = (): string =>
    form(s, rim, {
      colour: s.accent.dark,
      light: 'fall',
      inside:
        fill('M70 410 150 240H190L110 410z', '#fff', 'opacity=".2"') +
        fill('M126 410 206 240H218L138 410z', '#fff', 'opacity=".14"'),
    }) +
    line(rim, s.main.dark, width) +
    line(rim, s.main.base, width - 4) +
    line(rim, s.main.light, 2, 'opacity=".7" transform="translate(-1 -3)"');
  return (
    arm +
    mirrored(arm) +
    eye() +
    mirrored(eye()) +
    line(bridge, s.main.dark, width) +
    line(bridge, s.main.base, Math.max(3, width - 5))
  );
}
