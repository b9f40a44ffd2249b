/** What runs, at a look: the map, the same in words, and one module whole. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Loading, Notice } from '../../components/states.tsx';
import { timeOfDay } from '../../lib/format.ts';
import { isLive, snapshot, trouble } from '../live.ts';
import type { SectionProps } from '../parts.tsx';
import { Drawing } from './drawing.tsx';
import { worldOf, type World } from './graph.ts';
import { ModuleList, ModulePanel } from './list.tsx';
import { summaryOf } from './words.ts';

/** Where there is no room for the map, the words come first. */
const NARROW = '(max-width: 56rem)';

export function LiveMap({ rest: [chosen] }: SectionProps) {
  const isNarrow = useMedia(NARROW);
  const now = snapshot.value;
  if (!now)
    return trouble.value ? (
      <Notice kind="bad">{trouble.value}</Notice>
    ) : (
      <Loading text="One moment…" />
    );
  const world = worldOf(now);
  const drawing = <Drawing key="drawing" world={world} chosen={chosen} />;
  const list = <ModuleList key="list" world={world} chosen={chosen} />;
  return (
    <div class="map">
      {!isLive.value && (
        <Notice kind="bad">
          {trouble.value ?? 'The connection to the shop is lost; it is tried again.'} What is shown
          was so at {timeOfDay(now.at)}.
        </Notice>
      )}
      <p class="map-summary" role="status">
        {summaryOf(now)}
      </p>
      {isNarrow ? [list, drawing] : [drawing, list]}
      {chosen && <Chosen key={chosen} name={chosen} world={world} />}
    </div>
  );
}

/** The module that the address names. Whoever chose it goes on reading there. */
function Chosen({ name, world }: { name: string; world: World }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const module = world.modules.find((one) => one.module === name);
  return (
    <section class="panel" aria-labelledby="map-chosen">
      <h3 id="map-chosen" tabIndex={-1} ref={heading}>
        {name}
      </h3>
      {module ? <ModulePanel module={module} world={world} /> : <p>There is no such module.</p>}
    </section>
  );
}

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const change = () => setMatches(media.matches);
    media.addEventListener('change', change);
    return () => media.removeEventListener('change', change);
  }, [query]);
  return matches;
}
