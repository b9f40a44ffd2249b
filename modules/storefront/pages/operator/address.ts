/** The address of what is shown: `#payments/failed` names the section, and what it is to show. */
import { useEffect, useState } from 'preact/hooks';

/** The parts of the hash, decoded; `['']` where there is none. */
export function useHash(): string[] {
  const [hash, setHash] = useState(readHash);
  useEffect(() => {
    const change = () => setHash(readHash());
    addEventListener('hashchange', change);
    return () => removeEventListener('hashchange', change);
  }, []);
  return hash;
}

function readHash(): string[] {
  return location.hash.slice(1).split('/').map(decode);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
