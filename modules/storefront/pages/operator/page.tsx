/** The operator's pages: a door that asks for the token, and a tab for each thing to look after. */
import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { Confirmation } from '../components/confirm.tsx';
import { Field, Form } from '../components/form.tsx';
import { Notice } from '../components/states.tsx';
import type { Page } from '../lib/page.ts';
import { isRefused, isSignedIn, openSession, signIn, signOut } from './call.ts';
import { DeadLetters } from './dead-letters.tsx';
import { Orders } from './orders.tsx';
import type { TabProps } from './parts.tsx';
import { Payments } from './payments.tsx';
import { Rebuild } from './rebuild.tsx';
import { Statistics } from './statistics.tsx';
import { Stock } from './stock.tsx';
import { Streams } from './streams.tsx';

interface Tab {
  name: string;
  title: string;
  View: (props: TabProps) => JSX.Element;
}

/** The first is shown where the address names none. */
const TABS: readonly [Tab, ...Tab[]] = [
  { name: 'streams', title: 'Streams', View: Streams },
  { name: 'dead-letters', title: 'Dead letters', View: DeadLetters },
  { name: 'products', title: 'Products', View: Stock },
  { name: 'payments', title: 'Payments', View: Payments },
  { name: 'orders', title: 'Orders', View: Orders },
  { name: 'statistics', title: 'Statistics', View: Statistics },
  { name: 'rebuild', title: 'Rebuild', View: Rebuild },
];

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
    <div class="operator">
      <h1>Operator</h1>
      {isSignedIn.value ? <Tabs /> : <Door />}
      <Confirmation />
    </div>
  );
}

async function enter({ token = '' }: Record<string, string>) {
  await signIn(token);
  return undefined;
}

function Door() {
  return (
    <div class="panel">
      {isRefused.value && <Notice kind="bad">The token is no longer good.</Notice>}
      <p class="fine">
        The token that the shop was started with. Where none was set, it was printed at the start.
        It is kept in this tab alone.
      </p>
      <Form action="Enter" run={enter}>
        <Field name="token" label="ADMIN_TOKEN" type="password" required autocomplete="off" />
      </Form>
    </div>
  );
}

/** What the address names: `#payments/failed` is the tab, and what it is to show. */
function useHash(): string[] {
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

function Tabs() {
  const [name, ...rest] = useHash();
  const tab = TABS.find((one) => one.name === name) ?? TABS[0];
  useEffect(() => {
    document.title = `${tab.title} · Operator · Millrace`;
  }, [tab]);
  return (
    <>
      <nav class="tabs" aria-label="Operator's pages">
        {TABS.map(({ name: to, title }) => (
          <a key={to} href={`#${to}`} aria-current={to === tab.name ? 'page' : undefined}>
            {title}
          </a>
        ))}
        <button type="button" class="link-button" onClick={signOut}>
          Leave
        </button>
      </nav>
      <section key={tab.name} aria-labelledby="panel-heading">
        <h2 id="panel-heading">{tab.title}</h2>
        <tab.View rest={rest} />
      </section>
    </>
  );
}
