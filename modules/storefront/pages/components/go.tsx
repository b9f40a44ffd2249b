/** Links whose target the page can show by itself. */
import type { ComponentChildren } from 'preact';

/** A link that a script follows without loading the page anew; opened otherwise, it is a link as any. */
export function Go({
  href,
  onGo,
  children,
  ...rest
}: {
  href: string;
  onGo: () => void;
  class?: string;
  children: ComponentChildren;
  'aria-label'?: string;
}) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
      return;
    event.preventDefault();
    onGo();
  };
  return (
    <a {...rest} href={href} onClick={follow}>
      {children}
    </a>
  );
}
