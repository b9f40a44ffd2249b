/** Going back to where somebody came from to sign in. */

/**
 * The address that `?return=` names, where it is one of this shop's; undefined otherwise, since whoever
 * makes a link to the shop could lead people elsewhere with it.
 */
export function returnAddress(search: string, origin: string): string | undefined {
  const path = new URLSearchParams(search).get('return') ?? '';
  // Browsers take a backslash for a slash, and leave out tabs and line ends.
  if (!/^\/(?!\/)[^\\\s\p{Cc}]*$/u.test(path) || !URL.canParse(path, origin)) return undefined;
  const { href, origin: leadsTo, pathname } = new URL(path, origin);
  // `/.//elsewhere` becomes `//elsewhere`.
  return leadsTo === origin && !pathname.startsWith('//') ? href : undefined;
}

/** The path of the page to sign in on, from which one comes back to a path. */
export function signInPath(from: string): string {
  return `/account?return=${encodeURIComponent(from)}`;
}
