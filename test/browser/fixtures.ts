/** What tests in a browser are given: a shop, pages that report what goes wrong, and a shop of their own. */
import { test as base, type BrowserContext } from '@playwright/test';
import { createScope } from '../servers.ts';
import { reported, watch } from './problems.ts';
import { startShop, type OwnShop, type Shop } from './shop.ts';

/** The first shops of a run make their collections, which takes MongoDB under Wine long. Milliseconds. */
const SHOP_TIMEOUT_MS = 120_000;

interface OfWorker {
  /** The shop that `page` is at home in, with the sample catalogue. Tests of a worker share it, one after another. */
  shop: Shop;
}

interface OfTest {
  /** Announces a problem of a page, such as `404 GET http://…`; one that does not come fails the test, too. */
  expectProblem: (pattern: RegExp) => void;
  /** Opens the browser of another visitor, with cookies of its own. */
  openVisitor: () => Promise<BrowserContext>;
  /** Starts a shop of the test's own, with these variables; the test may stop it and start it again. */
  startOwnShop: (environment?: Record<string, string>) => Promise<OwnShop>;
  problems: { found: string[]; expected: RegExp[] };
}

export const test = base.extend<OfTest, OfWorker>({
  shop: [
    async ({}, use) => {
      const scope = createScope();
      try {
        await use(await startShop(scope));
      } finally {
        await scope.end();
      }
    },
    { scope: 'worker', timeout: SHOP_TIMEOUT_MS },
  ],
  baseURL: ({ shop }, use) => use(shop.url),

  startOwnShop: async ({ context }, use, testInfo) => {
    const scope = createScope();
    try {
      await use((environment) => {
        testInfo.setTimeout(testInfo.timeout + SHOP_TIMEOUT_MS);
        return startShop(scope, environment);
      });
      await reported(context);
      // A page that outlives its shop loses what it listens to.
      await Promise.all(context.pages().map((page) => page.close()));
    } finally {
      await scope.end();
    }
  },

  problems: async ({}, use) => {
    const problems = { found: [] as string[], expected: [] as RegExp[] };
    await use(problems);
    const { found, expected } = problems;
    const unexpected = found.filter((problem) => !expected.some((one) => one.test(problem)));
    const missing = expected.filter((one) => !found.some((problem) => one.test(problem)));
    base.expect.soft(unexpected, 'problems of the pages that were not announced').toEqual([]);
    base.expect.soft(missing, 'problems that were announced and did not come').toEqual([]);
  },
  expectProblem: ({ problems }, use) => use((pattern) => void problems.expected.push(pattern)),
  context: async ({ context, problems }, use) => {
    await watch(context, problems.found);
    await use(context);
    await reported(context);
  },
  openVisitor: async ({ browser, problems }, use) => {
    const opened: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext();
      opened.push(context);
      await watch(context, problems.found);
      return context;
    });
    await Promise.all(opened.map(reported));
    await Promise.all(opened.map((context) => context.close()));
  },
});

export const { expect } = test;
