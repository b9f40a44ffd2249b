/** The account: signing in or making one, and what is kept in it. */
import { Loading, ProblemNotice } from '../components/states.tsx';
import { useLoaded } from '../lib/loaded.ts';
import type { Frame, Page } from '../lib/page.ts';
import { useNothingKept } from '../lib/private.ts';
import { returnAddress } from '../lib/return.ts';
import { currentSession, customer } from '../lib/session.ts';
import { Customer } from './customer.tsx';
import { Visitor } from './visitor.tsx';

export const account: Page = {
  name: 'account',
  path: '/account',
  bundle: 'shop',
  head: () => ({ title: 'Your account' }),
  View: ({ frame }) => (
    <>
      <h1>Your account</h1>
      <AccountView frame={frame} />
    </>
  ),
};

function AccountView({ frame: { search, locale } }: { frame: Frame }) {
  useNothingKept();
  const { data: session, error, reload } = useLoaded(() => currentSession(), []);
  if (error !== undefined) return <ProblemNotice error={error} retry={reload} />;
  if (session === undefined) return <Loading text="One moment…" />;
  // By the page's own address: behind a proxy the server may know of another.
  const back = returnAddress(search, location.origin);
  return customer.value ? (
    <Customer session={customer.value} back={back} locale={locale} />
  ) : (
    <Visitor isGuest={session?.kind === 'guest'} back={back} />
  );
}
