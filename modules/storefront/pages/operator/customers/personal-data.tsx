/** A customer's data: exporting all of it, and erasing it in every module. */
import { useState } from 'preact/hooks';
import type { Erasure } from '../../../../gateway/api.ts';
import { confirmed } from '../../components/confirm.tsx';
import { Notice, ProblemNotice } from '../../components/states.tsx';
import { useLoaded } from '../../lib/loaded.ts';
import { saveFile } from '../../lib/save.ts';
import { ask } from '../call.ts';
import { Allowed, Part, useRepeat } from '../parts.tsx';

/** How often an erasure that is under way is asked after, in ms. */
const EVERY_MS = 2000;

export function PersonalData({
  userId,
  email,
  isErased,
  onErased,
}: {
  userId: string;
  email: string | undefined;
  isErased: boolean;
  onErased: () => Promise<void>;
}) {
  const path = `/customers/${encodeURIComponent(userId)}`;
  const [state, setState] = useState<{ isWorking?: boolean; done?: string; error?: unknown }>({});

  const act = async (work: () => Promise<string | undefined>) => {
    if (state.isWorking) return;
    setState({ isWorking: true });
    setState(
      await work().then(
        (done) => (done === undefined ? {} : { done }),
        (error: unknown) => ({ error }),
      ),
    );
  };
  const exportAll = () =>
    act(async () => {
      const all = JSON.stringify(await ask<object>(`${path}/export`), null, 2);
      saveFile(`customer-${userId}.json`, new Blob([all], { type: 'application/json' }));
      return 'All that is held was exported as a file.';
    });
  const erase = async () => {
    const who = email ?? `the guest ${userId}`;
    const question = `Erase ${who} in every module? Account and sessions are gone at once, orders stay without a name. Nothing brings it back.`;
    if (!(await confirmed(question, 'Erase'))) return;
    await act(async () => {
      await ask(path, { method: 'DELETE' });
      await onErased();
      return undefined;
    });
  };
  return (
    <>
      <h3>Personal data</h3>
      {isErased ? (
        <Progress path={path} />
      ) : (
        <Allowed to="admin">
          <p class="row">
            <button type="button" aria-disabled={state.isWorking} onClick={() => void exportAll()}>
              Export
            </button>
            <button
              type="button"
              class="danger"
              aria-disabled={state.isWorking}
              onClick={() => void erase()}
            >
              Erase
            </button>
          </p>
        </Allowed>
      )}
      {state.done !== undefined && <Notice>{state.done}</Notice>}
      {state.error !== undefined && <ProblemNotice error={state.error} />}
    </>
  );
}

/** How far the erasure is, asked after until it is done. */
function Progress({ path }: { path: string }) {
  const erasure = useLoaded(() => ask<Erasure>(`${path}/erasure`), [path]);
  useRepeat(async () => {
    if (erasure.data?.state !== 'done') await erasure.reload();
  }, EVERY_MS);
  return (
    <Part of={erasure}>
      {({ state, modules }) => {
        if (state === 'done') return <Notice>Erased in every module.</Notice>;
        const open = modules.filter((one) => one.state !== 'done');
        const words = open.map((one) => `${one.module} (${one.state})`).join(', ');
        return <Notice kind="plain">The erasure is under way; open in: {words}.</Notice>;
      }}
    </Part>
  );
}
