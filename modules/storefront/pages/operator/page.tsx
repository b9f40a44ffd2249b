/** The operator's page: a door, and behind it a sidebar with a section for each thing to look after. */
import { useEffect } from 'preact/hooks';
import { WordForWord } from '../components/checked-form.tsx';
import { Confirmation } from '../components/confirm.tsx';
import { Loading, ProblemNotice } from '../components/states.tsx';
import { useLoaded } from '../lib/loaded.ts';
import type { Page } from '../lib/page.ts';
import { OwnPassword } from './account/account.tsx';
import { Door } from './door.tsx';
import { isSignedIn, me, openSession, refreshMe, signOut } from './session.ts';
import { Shell } from './shell.tsx';

export const operator: Page = {
  name: 'operator',
  path: '/operator',
  bundle: 'operator',
  head: () => ({ title: 'Operator' }),
  View: Office,
};

function Office() {
  useEffect(openSession, []);
  return (
    <WordForWord.Provider value>
      {isSignedIn.value ? <Inside /> : <Door />}
      <Confirmation />
    </WordForWord.Provider>
  );
}

/** What who is signed in may see, once that is known. */
function Inside() {
  const { error, reload } = useLoaded(async () => {
    if (!me.value) await refreshMe();
    return true;
  }, []);
  if (!me.value) {
    return (
      <main class="door">
        {error === undefined ? (
          <Loading text="One moment…" />
        ) : (
          <ProblemNotice error={error} retry={reload} />
        )}
      </main>
    );
  }
  return me.value.isTemporary ? <FirstPassword /> : <Shell />;
}

/** Whoever comes with a password that an admin has handed over sets one of their own first. */
function FirstPassword() {
  return (
    <main class="door">
      <h1>A password of your own</h1>
      <div class="panel">
        <p>
          An admin knows the password that you came with, {me.value?.name}. Set one that nobody else
          knows, and go on.
        </p>
        <OwnPassword onChange={refreshMe} />
      </div>
      <p>
        <button type="button" class="link-button" onClick={() => void signOut()}>
          Sign out
        </button>
      </p>
    </main>
  );
}
