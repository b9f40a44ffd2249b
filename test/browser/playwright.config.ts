/** How the tests in a browser run: a phone and a desktop, by the Chromium of this machine. */
import { defineConfig } from '@playwright/test';
import { missingProgram } from '../../engines/advice.mjs';
import { findChromium } from '../../engines/locate.mjs';

const { path: executablePath, tried } = findChromium();
if (executablePath === undefined) throw new Error(missingProgram('chromium', tried));

/** Pages as pictures, to be looked at: made only where they are asked for. */
const SCREENSHOTS = /@screenshots/;

const phone = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  hasTouch: true,
  isMobile: true,
};
const desktop = { viewport: { width: 1280, height: 800 } };

export default defineConfig({
  testMatch: '**/*.spec.ts',
  grepInvert: process.argv.some((argument) => SCREENSHOTS.test(argument)) ? [] : SCREENSHOTS,
  forbidOnly: Boolean(process.env['CI']),
  workers: 2,
  retries: 0,
  timeout: 120_000,
  // As long as `eventually` waits, in all other tests.
  expect: { timeout: 40_000 },
  reporter: [['list'], ['json']],
  outputDir: '../../build/browser',
  preserveOutput: 'failures-only',
  use: {
    browserName: 'chromium',
    launchOptions: {
      executablePath,
      // For root there is no sandbox.
      chromiumSandbox: process.getuid?.() !== 0,
    },
    locale: 'en-GB',
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  projects: [
    // What watches over pages is the same on both.
    { name: 'phone', use: phone, testIgnore: 'fixtures.spec.ts' },
    { name: 'desktop', use: desktop },
  ],
});
