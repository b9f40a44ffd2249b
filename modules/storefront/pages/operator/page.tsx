/** The operator's page: a door, and behind it a sidebar with a section for each thing to look after. */
import { useEffect } from 'preact/hooks';
import { WordForWord } from '../components/checked-form.tsx';
import { Confirmation } from '../components/confirm.tsx';
import type { Page } from '../lib/page.ts';
import { isSignedIn, openSession } from './call.ts';
import { Door } from './door.tsx';
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
      {isSignedIn.value ? <Shell /> : <Door />}
      <Confirmation />
    </WordForWord.Provider>
  );
}
