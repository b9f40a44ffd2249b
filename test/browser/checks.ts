/** What every page must pass: readable by all, in light and in dark, and no wider than the smallest phone. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** The narrowest screen that WCAG 2.2 (1.4.10, Reflow) wants a page to fit. CSS pixels. */
const NARROW = 320;

/** Fails where axe finds something on the page as it is now; looks in dark first, then in light. */
export async function checkAccessibility(page: Page): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await transitionsEnded(page);
    const { violations } = await new AxeBuilder({ page }).analyze();
    const found = violations.flatMap(({ id, help, nodes }) =>
      nodes.map(
        ({ target, failureSummary }) => `${id} (${help}): ${target.join(' ')}\n${failureSummary}`,
      ),
    );
    expect(found, `what axe finds in ${colorScheme}`).toEqual([]);
  }
}

/** Fails where the page can be moved sideways on the narrowest screen; leaves the page as wide as it was. */
export async function checkNoOverflow(page: Page): Promise<void> {
  const viewport = page.viewportSize();
  await page.setViewportSize({ width: NARROW, height: viewport?.height ?? NARROW });
  const { width, beyond } = await page.evaluate((narrow) => {
    const wide = [...document.querySelectorAll('body *')].filter(
      (element) => element.getBoundingClientRect().right > narrow,
    );
    const { scrollWidth } = document.documentElement;
    return {
      width: Math.max(scrollWidth, document.body.scrollWidth),
      beyond: wide.map((element) => (element.cloneNode() as Element).outerHTML),
    };
  }, NARROW);
  if (viewport) await page.setViewportSize(viewport);
  expect(width, `wider than ${NARROW} px:\n${beyond.join('\n')}`).toBeLessThanOrEqual(NARROW);
}

/** Waits until no colour is on its way to another; what moves for ever is let be. */
export async function transitionsEnded(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });
}
