/** Files of the operator's API, such as CSV: fetched with the token, which no link could send, and saved. */
import { useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { ProblemNotice } from '../components/states.tsx';
import { saveFile } from '../lib/save.ts';
import { askFile } from './call.ts';

/** A button that saves the file which a path gives. */
export function Download({ path, children }: { path: string; children: ComponentChildren }) {
  const [state, setState] = useState<{ isLoading?: boolean; error?: unknown }>({});
  const save = async () => {
    if (state.isLoading) return;
    setState({ isLoading: true });
    try {
      const { name, content } = await askFile(path);
      saveFile(name, content);
      setState({});
    } catch (error) {
      setState({ error });
    }
  };
  return (
    <>
      <button type="button" aria-disabled={state.isLoading} onClick={() => void save()}>
        {state.isLoading ? 'One moment…' : children}
      </button>
      {state.error !== undefined && <ProblemNotice error={state.error} />}
    </>
  );
}
