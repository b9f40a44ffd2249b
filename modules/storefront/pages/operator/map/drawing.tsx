/** The map as a drawing: each module, each stream and each line between them leads to what is known of it. */
import { useMemo } from 'preact/hooks';
import { counted } from '../../lib/format.ts';
import { HEALTH } from '../../lib/health.ts';
import { layOut, moduleKey, pathOf, shapeOf, speedOf, streamKey } from './graph.ts';
import type { Box, Layout, Reader, World, Writer } from './graph.ts';
import { ofGroup, onLine, processesOf, rate } from './words.ts';

export const hashOf = (...parts: string[]): string =>
  `#${parts.map((part) => encodeURIComponent(part)).join('/')}`;

export function Drawing({ world, chosen }: { world: World; chosen: string | undefined }) {
  const shape = shapeOf(world);
  // Numbers change each second: the places stay as long as the same things are there.
  const places = useMemo(() => layOut(world), [shape]);
  const { width, height } = places;
  // What scrolls must be reached by the keyboard.
  return (
    <div class="map-drawing" tabIndex={0} role="region" aria-label="Map of modules and streams">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        role="group"
        aria-label="Map"
      >
        {world.writers.map((one) => (
          <WriterLine key={one.key} writer={one} places={places} />
        ))}
        {world.readers.map((one) => (
          <ReaderLine key={one.key} reader={one} places={places} />
        ))}
        {world.streams.map((one) => (
          <StreamNode key={streamKey(one.stream)} stream={one} places={places} />
        ))}
        {world.modules.map((one) => (
          <ModuleNode
            key={moduleKey(one.module)}
            module={one}
            places={places}
            isChosen={one.module === chosen}
          />
        ))}
        {world.foreign.map((name) => (
          <ForeignNode key={moduleKey(name)} name={name} world={world} places={places} />
        ))}
      </svg>
    </div>
  );
}

/** A line that moves as entries flow; the one below it is seen where nothing does. */
function Flow({ path, perSecond, mood }: { path: string; perSecond: number; mood: string }) {
  const speed = speedOf(perSecond);
  return (
    <>
      <path class={`map-line map-${mood}`} d={path} />
      <path class={`map-flow map-${mood} map-speed-${speed}`} d={path} />
    </>
  );
}

function WriterLine({ writer: { key, stream }, places }: { writer: Writer; places: Layout }) {
  const line = places.lines.get(key);
  if (!line) return null;
  return <Flow path={pathOf(line.points)} perSecond={stream.perSecond} mood="good" />;
}

function ReaderLine({
  reader: { key, stream, group },
  places,
}: {
  reader: Reader;
  places: Layout;
}) {
  const line = places.lines.get(key);
  if (!line) return null;
  const { mood } = HEALTH[group.health];
  const text = onLine(group);
  const width = text.length * 6.2 + 14;
  const { x, y } = line.label;
  return (
    <a href={hashOf('streams', stream, group.group)} aria-label={ofGroup(stream, group)}>
      <path class="map-grasp" d={pathOf(line.points)} />
      <Flow path={pathOf(line.points)} perSecond={group.perSecond} mood={mood} />
      {text !== '' && (
        <g class={`map-label map-${mood}`}>
          <rect x={x - width / 2} y={y - 10} width={width} height={20} rx={10} />
          <text x={x} y={y + 4}>
            {text}
          </text>
        </g>
      )}
    </a>
  );
}

function StreamNode({
  stream: { stream, length, perSecond },
  places,
}: {
  stream: World['streams'][number];
  places: Layout;
}) {
  const box = places.boxes.get(streamKey(stream));
  if (!box) return null;
  const says = `${rate(perSecond)}, ${counted(length, 'entry', 'entries')}`;
  return (
    <a href={hashOf('streams', stream)}>
      <Frame box={box} name={stream} kind="stream" radius={box.height / 2} />
      <text class="map-fine" x={box.x} y={box.y + 14}>
        {says}
      </text>
    </a>
  );
}

function ModuleNode({
  module,
  places,
  isChosen,
}: {
  module: World['modules'][number];
  places: Layout;
  isChosen: boolean;
}) {
  const box = places.boxes.get(moduleKey(module.module));
  if (!box) return null;
  const { name, mood } = HEALTH[module.health];
  const processes = processesOf(module);
  return (
    <a
      href={hashOf('map', module.module)}
      aria-current={isChosen ? 'true' : undefined}
      data-health={module.health}
    >
      <Frame box={box} name={module.module} kind={`module map-${mood}`} radius={8} />
      <text class={`map-state map-${mood}`} x={box.x} y={box.y + 3}>
        {`${name} `}
      </text>
      <text class="map-fine" x={box.x} y={box.y + 20}>
        {processes}
      </text>
    </a>
  );
}

/** Who reads with a group and is no module of ours. */
function ForeignNode({ name, world, places }: { name: string; world: World; places: Layout }) {
  const box = places.boxes.get(moduleKey(name));
  const [first] = world.readers.filter(({ group }) => group.group === name);
  if (!box || !first) return null;
  const { name: state, mood } = HEALTH[first.group.health];
  return (
    <a href={hashOf('streams', first.stream, name)}>
      <Frame box={box} name={name} kind={`module map-foreign map-${mood}`} radius={8} />
      <text class={`map-state map-${mood}`} x={box.x} y={box.y + 3}>
        {`${state} `}
      </text>
      <text class="map-fine" x={box.x} y={box.y + 20}>
        none of our modules
      </text>
    </a>
  );
}

function Frame({
  box: { x, y, width, height },
  name,
  kind,
  radius,
}: {
  box: Box;
  name: string;
  kind: string;
  radius: number;
}) {
  return (
    <>
      <rect
        class={`map-node map-${kind}`}
        x={x - width / 2}
        y={y - height / 2}
        width={width}
        height={height}
        rx={radius}
      />
      <text class="map-name" x={x} y={y - (kind === 'stream' ? 3 : 12)}>
        {`${name} `}
      </text>
    </>
  );
}
