// The frame around every drawing: the wall behind it, its light and its shadow.
import { backdropFor, mix } from '../palette.ts';
import { fill } from './pen.ts';
import { printDefinition } from './print.ts';
import type { Sketch } from './sketch.ts';

const stop = (offset: number, colour: string, opacity: number): string =>
  `<stop offset="${offset}" stop-color="${colour}" stop-opacity="${opacity}"/>`;

/** The lights, shadows and print that the shapes refer to. */
function definitions(s: Sketch, shapes: string): string {
  const across = 'x1="0" x2="1" y1="0" y2="0"';
  const lights = {
    side: `<linearGradient id="${s.id('side')}" x1="0" x2="1" y1="0" y2=".25">${stop(0, '#fff', 0.24)}${stop(0.45, '#fff', 0)}${stop(1, '#1d1a2b', 0.26)}</linearGradient>`,
    round: `<linearGradient id="${s.id('round')}" ${across}>${stop(0, '#1d1a2b', 0.16)}${stop(0.28, '#fff', 0.3)}${stop(0.55, '#1d1a2b', 0)}${stop(1, '#1d1a2b', 0.36)}</linearGradient>`,
    fall: `<linearGradient id="${s.id('fall')}" x1="0" x2="0" y1="0" y2="1">${stop(0, '#fff', 0.22)}${stop(0.4, '#1d1a2b', 0)}${stop(1, '#1d1a2b', 0.28)}</linearGradient>`,
    floor: `<radialGradient id="${s.id('floor')}">${stop(0, '#1d1a2b', 0.42)}${stop(0.5, '#1d1a2b', 0.2)}${stop(1, '#1d1a2b', 0)}</radialGradient>`,
    print: printDefinition(s),
  };
  const used = Object.entries(lights).filter(([name]) => shapes.includes(`#${s.id(name)})`));
  return `<filter id="${s.id('cast')}" x="-30%" y="-30%" width="160%" height="160%"><feDropShadow dx="5" dy="9" stdDeviation="9" flood-color="#1d1a2b" flood-opacity=".26"/></filter>${used.map(([, light]) => light).join('')}`;
}

function backdrop(s: Sketch, wall: string, standing: boolean): string {
  const panel = mix(wall, '#ffffff', 0.42);
  const shapes = [
    'M84 640V280A156 156 0 0 1 396 280V640z',
    'M50 300A190 190 0 0 0 430 300A190 190 0 0 0 50 300z',
    'M0 0H480V250Q360 330 240 270T0 320z',
    'M60 70H420V640H60z',
  ];
  const panelShape = fill(shapes[s.vary(shapes.length)] ?? '', panel, 'opacity=".75"');
  const floor = standing ? fill('M0 506H480V640H0z', mix(wall, '#8a7a6a', 0.22)) : '';
  return `${fill('M0 0H480V640H0z', wall)}${panelShape}${floor}`;
}

/**
 * A complete picture around a drawing.
 * @param s the sketch
 * @param shapes the drawing's elements
 * @param standing whether it stands on a floor rather than hangs on a wall
 * @param scale 1 for adults' sizes, less for children's
 * @returns an SVG document of 480 by 640
 */
export function framed(s: Sketch, shapes: string, standing: boolean, scale: number): string {
  const wall = backdropFor(s.main.base, s.vary(97));
  const anchor = standing ? 540 : 330;
  const sized =
    scale === 1
      ? shapes
      : `<g transform="matrix(${scale} 0 0 ${scale} ${Math.round(240 * (1 - scale))} ${Math.round(anchor * (1 - scale))})">${shapes}</g>`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 640" width="480" height="640">` +
    `<defs>${definitions(s, shapes)}</defs>` +
    `${backdrop(s, wall, standing)}<g filter="url(#${s.id('cast')})">${sized}</g></svg>`
  );
}
