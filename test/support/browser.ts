import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import {
  chromiumArguments,
  findChromium,
  HOW_TO_GET_CHROMIUM,
} from '../../scripts/find-chromium.js';

/** How long a page may take for what a test waits for, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** A real browser for a test file; pages know nothing of each other. */
export class TestBrowser {
  /** What pages reported as errors, exceptions and refusals of their content security policy among it. */
  readonly errors: string[] = [];

  private constructor(private readonly browser: Browser) {}

  /** Starts the browser of the machine. @throws Error with what to do when there is none */
  static async start(): Promise<TestBrowser> {
    const executablePath = findChromium();
    if (executablePath === undefined)
      throw new Error(`There is no Chromium. ${HOW_TO_GET_CHROMIUM}`);
    return new TestBrowser(await chromium.launch({ executablePath, args: chromiumArguments() }));
  }

  /** Opens a page as a visitor of its own: without the cookies and the storage of others. */
  async open(url: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    const context: BrowserContext = await this.browser.newContext({ locale: 'en-GB', ...options });
    context.setDefaultTimeout(TIMEOUT_MS);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(message.text());
    });
    await page.goto(url);
    return page;
  }

  async stop(): Promise<void> {
    await this.browser.close();
  }
}
