/** What is around every section: the sidebar, which on a phone is behind a button, and the heading. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { documentTitle } from '../lib/page.ts';
import { useHash } from './address.ts';
import { isLive, openLive, trouble } from './live.ts';
import { Allowed } from './parts.tsx';
import { openPalette, Palette } from './palette/palette.tsx';
import { SectionIcon } from './section-icon.tsx';
import { SECTIONS, type Section } from './sections.tsx';
import { can, me, signOut } from './session.ts';

const GROUPS: readonly Section['group'][] = ['Overview', 'Bus', 'Shop', 'Office'];

export function Shell() {
  useEffect(openLive, []);
  const [name, ...rest] = useHash();
  const section = SECTIONS.find((one) => one.name === name) ?? SECTIONS[0];
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(section);
  useEffect(() => {
    document.title = documentTitle(`${section.title} · Operator`);
    // Whoever came by a link of the sidebar goes on reading here; the first section came by itself.
    if (shown.current !== section) heading.current?.focus();
    shown.current = section;
  }, [section]);
  return (
    <div class="shell">
      <a class="skip" href="#main" onClick={(event) => skip(event, heading.current)}>
        Skip to the content
      </a>
      <Sidebar current={section} />
      <main id="main">
        <section key={section.name} aria-labelledby="section-heading">
          <h2 id="section-heading" tabIndex={-1} ref={heading}>
            {section.title}
          </h2>
          <Allowed to={section.role ?? 'viewer'}>
            <section.View rest={rest} />
          </Allowed>
        </section>
      </main>
      <Palette onGo={() => heading.current?.focus()} />
    </div>
  );
}

/** The hash names the section: what is skipped to must not replace it. */
function skip(event: MouseEvent, heading: HTMLElement | null): void {
  event.preventDefault();
  heading?.focus();
}

function Sidebar({ current }: { current: Section }) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => setOpen(false);
  useEffect(close, [current]);
  return (
    <header
      class="sidebar"
      onKeyDown={({ key }) => {
        if (key !== 'Escape' || !isOpen) return;
        close();
        button.current?.focus();
      }}
    >
      <div class="sidebar-top">
        <h1>Operator</h1>
        <Feed />
        <button
          type="button"
          class="menu-button"
          ref={button}
          aria-expanded={isOpen}
          aria-controls="sidebar-menu"
          onClick={() => setOpen(!isOpen)}
        >
          Menu
        </button>
      </div>
      <button
        type="button"
        class="search-button"
        aria-keyshortcuts="Control+K Meta+K /"
        onClick={openPalette}
      >
        Search <kbd aria-hidden="true">Ctrl K</kbd>
      </button>
      <div id="sidebar-menu" class={isOpen ? 'sidebar-menu is-open' : 'sidebar-menu'}>
        <nav aria-label="Operator's pages">
          {GROUPS.map((group) => (
            <Group key={group} group={group} current={current} onGo={close} />
          ))}
        </nav>
        <div class="sidebar-foot">
          <a href="/">Shop</a>
          <a href="/docs">API</a>
          <button type="button" class="link-button" onClick={() => void signOut()}>
            Sign out
          </button>
          <SignedIn />
        </div>
      </div>
    </header>
  );
}

function SignedIn() {
  if (!me.value) return null;
  const { name, role } = me.value;
  return (
    <p class="signed-in">
      <strong>{name}</strong> <span class="fine">{role}</span>
    </p>
  );
}

function Group({
  group,
  current,
  onGo,
}: {
  group: Section['group'];
  current: Section;
  onGo: () => void;
}) {
  const sections = SECTIONS.filter(
    (section) => section.group === group && can(section.role ?? 'viewer'),
  );
  if (sections.length === 0) return null;
  return (
    <>
      <h2 id={`group-${group}`}>{group}</h2>
      <ul class="sections" aria-labelledby={`group-${group}`}>
        {sections.map((section) => (
          <li key={section.name}>
            <a
              href={`#${section.name}`}
              aria-current={section === current ? 'page' : undefined}
              onClick={onGo}
            >
              <SectionIcon name={section.name} />
              <span class="section-title">{section.title}</span>
              {section.badge && <Mark badge={section.badge} />}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Whether what is shown is of now: without the feed nothing of it is. */
function Feed() {
  return (
    <p class={isLive.value ? 'feed is-live' : 'feed'} role="status" title={trouble.value}>
      {isLive.value ? 'Live' : 'Not live'}
    </p>
  );
}

/** A component of its own, so that a signal redraws the badge alone. */
function Mark({ badge }: { badge: NonNullable<Section['badge']> }) {
  const found = badge();
  if (!found) return null;
  return (
    <span class={`mark mark-${found.kind}`}>
      <span aria-hidden="true">{found.text}</span>
      <span class="unseen">, {found.label}</span>
    </span>
  );
}
