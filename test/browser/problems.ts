/** What goes wrong in pages while a test looks elsewhere: it fails the test unless the test has announced it. */
import type { BrowserContext } from '@playwright/test';

/** Chromium says of each request that fails that it does; the request itself says more. */
const FAILED_REQUEST = /^Failed to load resource: /;
/** A page that was left, or that changed its mind, ends its requests. */
const ABORTED = 'net::ERR_ABORTED';

/** Adds every problem of the context's pages to the list, a line each. */
export async function watch(context: BrowserContext, problems: string[]): Promise<void> {
  context.on('console', (message) => {
    if (message.type() === 'error' && !FAILED_REQUEST.test(message.text()))
      problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (webError) => problems.push(`uncaught: ${webError.error().stack}`));
  context.on('response', (response) => {
    if (response.status() >= 400)
      problems.push(`${response.status()} ${response.request().method()} ${response.url()}`);
  });
  context.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    if (reason !== ABORTED) problems.push(`${reason} ${request.method()} ${request.url()}`);
  });
  await context.addInitScript(() =>
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
      console.error(`refused by the policy: ${effectiveDirective} ${blockedURI}`),
    ),
  );
}

/** Waits until what the context's pages have reported so far has arrived. */
export async function reported(context: BrowserContext): Promise<void> {
  // What a page answers comes after what it has said before. One that has gone says nothing more.
  await Promise.allSettled(context.pages().map((page) => page.evaluate(() => undefined)));
}
