/** A Chromium on this machine, for the tests of the pages: the one that is there, else Debian's. */
import { missingProgram } from '../advice.mjs';
import { aptInstall, canInstall } from './apt.mjs';
import { findChromium } from '../locate.mjs';

/** Without a font, letters are boxes of one width, and a page is laid out as no user sees it. */
const PACKAGES = ['chromium', 'fonts-liberation'];

/**
 * Sees that a Chromium can be started.
 * @throws {Error} what was tried and the commands that mend it
 */
export function ensureChromium() {
  const { path, tried } = findChromium();
  if (path !== undefined) return;
  if (process.env.MILLRACE_TEST_CHROMIUM) throw new Error(missingProgram('chromium', tried));
  if (!canInstall()) {
    throw new Error(
      missingProgram('chromium', [...tried, 'apt-get (needs Debian or Ubuntu, and root)']),
    );
  }
  try {
    aptInstall('Chromium', PACKAGES);
  } catch (error) {
    throw new Error(missingProgram('chromium', [...tried, String(error)]), { cause: error });
  }
  // Ubuntu has it as a snap alone, and its package installs nothing.
  if (findChromium().path === undefined)
    throw new Error(missingProgram('chromium', [...tried, "apt-get's package has no program"]));
}
