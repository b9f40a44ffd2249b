/** The graph of what runs: modules and streams, with what is written and read between them, laid out in layers. */
import { Graph, layout, type Edge } from '@dagrejs/dagre';
import type { GroupSnapshot, ModuleSnapshot, Snapshot } from '../../../../../src/http/admin/api.ts';

type StreamSnapshot = Snapshot['streams'][number];

export interface Point {
  x: number;
  y: number;
}

/** Where something stands: its middle and its size. */
export interface Box extends Point {
  width: number;
  height: number;
}

/** A line from a writer to its stream, or from a stream to who reads it. */
export interface Line {
  key: string;
  points: Point[];
  /** The middle of what is written on it. */
  label: Point;
}

export interface Layout {
  width: number;
  height: number;
  boxes: ReadonlyMap<string, Box>;
  lines: ReadonlyMap<string, Line>;
}

export interface Reader {
  key: string;
  stream: string;
  group: GroupSnapshot;
}

export interface Writer {
  key: string;
  module: string;
  stream: StreamSnapshot;
}

/** What is drawn. */
export interface World {
  modules: readonly ModuleSnapshot[];
  streams: readonly StreamSnapshot[];
  /** The groups that no module of ours reads with. */
  foreign: readonly string[];
  writers: readonly Writer[];
  readers: readonly Reader[];
}

export const moduleKey = (name: string): string => `module ${name}`;
export const streamKey = (name: string): string => `stream ${name}`;
export const readerKey = (stream: string, group: string): string => `read ${stream} ${group}`;

const MODULE = { width: 156, height: 58 };
const STREAM = { width: 166, height: 46 };
const LABEL = { width: 96, height: 22, labelpos: 'c' } as const;

export function worldOf({ modules, streams }: Snapshot): World {
  const known = new Set(modules.map(({ module }) => module));
  const groups = streams.flatMap(({ groups: all }) => all.map(({ group }) => group));
  const writers = modules.flatMap(({ module, writes }) => {
    const stream = streams.find((one) => one.stream === writes);
    return stream ? [{ key: `write ${module}`, module, stream }] : [];
  });
  const readers = streams.flatMap(({ stream, groups: all }) =>
    all.map((group) => ({ key: readerKey(stream, group.group), stream, group })),
  );
  const foreign = [...new Set(groups)].filter((group) => !known.has(group));
  return { modules, streams, foreign, writers, readers };
}

/** What a layout depends on: while it stays the same, nothing moves. */
export function shapeOf({ modules, streams, foreign, writers, readers }: World): string {
  return JSON.stringify([
    modules.map(({ module }) => module),
    streams.map(({ stream }) => stream),
    foreign,
    writers.map(({ key, stream }) => [key, stream.stream]),
    readers.map(({ key }) => key),
  ]);
}

/** Lays the world out from top to bottom: who writes, the stream, who reads. */
export function layOut({ modules, streams, foreign, writers, readers }: World): Layout {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 24, edgesep: 16, ranksep: 18, marginx: 8, marginy: 8 });
  const names = [...modules.map(({ module }) => module), ...foreign];
  for (const name of names) graph.setNode(moduleKey(name), { ...MODULE });
  for (const { stream } of streams) graph.setNode(streamKey(stream), { ...STREAM });
  for (const { key, module, stream } of writers)
    graph.setEdge(moduleKey(module), streamKey(stream.stream), { weight: 3 }, key);
  for (const { key, stream, group } of readers)
    graph.setEdge(streamKey(stream), moduleKey(group.group), { ...LABEL }, key);
  layout(graph);
  const boxes = graph.nodes().map((key: string) => [key, graph.node(key) as Box] as const);
  const lines = graph.edges().map((edge: Edge) => {
    const { points, x, y } = graph.edge(edge) as { points: Point[] } & Partial<Point>;
    const key = edge.name ?? '';
    const middle = points[Math.floor(points.length / 2)] ?? { x: 0, y: 0 };
    return [key, { key, points, label: { x: x ?? middle.x, y: y ?? middle.y } }] as const;
  });
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return { width, height, boxes: new Map(boxes), lines: new Map(lines) };
}

/** A smooth path through points: straight at both ends, and round at each between. */
export function pathOf([first, ...rest]: readonly Point[]): string {
  const last = rest.at(-1);
  if (!first || !last) return '';
  const turns = rest.slice(0, -1).map((point, i) => {
    const next = rest[i + 1]!;
    return `Q${round(point.x)} ${round(point.y)} ${round((point.x + next.x) / 2)} ${round((point.y + next.y) / 2)}`;
  });
  return `M${round(first.x)} ${round(first.y)}${turns.join('')}L${round(last.x)} ${round(last.y)}`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** How fast an edge moves, from 0, where nothing does, to 6: one more for each doubling of the rate. */
export function speedOf(perSecond: number): number {
  return perSecond <= 0 ? 0 : Math.min(6, Math.max(1, 1 + Math.floor(Math.log2(perSecond / 2))));
}
