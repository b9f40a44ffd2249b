/** What shows dead letters is loaded again when the live feed says that there are more, or fewer. */
import { computed } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { snapshot } from '../live.ts';

/** Undefined while the feed has said nothing. */
const total = computed(() =>
  snapshot.value?.streams
    .flatMap(({ groups }) => groups)
    .reduce((sum, { deadLetters }) => sum + deadLetters, 0),
);

/** Loads again whenever there are more dead letters, or fewer. */
export function useReloadOnChange(reload: () => Promise<void>): void {
  const { value } = total;
  const seen = useRef(value);
  useEffect(() => {
    const before = seen.current;
    seen.current = value;
    if (before !== undefined && before !== value) void reload();
  }, [value]);
}
