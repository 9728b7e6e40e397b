import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { TestBrowser } from '../support/browser.js';
import { lowContrast, widthOf } from '../support/page-checks.js';
import { SaleStage } from '../support/sale-stage.js';

const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

describe('the pages of the flash sale', () => {
  const stage = new SaleStage();
  let browser: TestBrowser;
  let sale: string;

  beforeAll(async () => {
    browser = await TestBrowser.start();
    await stage.start({ FLASH_SALE_ITEMS: 'mug:2', FLASH_SALE_MAX_WAITING: '3' });
    const url = await stage.app('gateway').url();
    sale = `${url}/flash-sale/v1/items/mug`;
  });

  afterAll(async () => {
    await browser?.stop();
    await stage.remove();
  });

  /** Buys with the keyboard alone. */
  const buy = async (page: Page, user: string): Promise<void> => {
    await page.getByLabel('Your name').focus();
    await page.keyboard.type(user);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
  };
  const heading = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor();

  it('S12: lead from the sale to a ticket that tells its end by itself, or to the busy page', async () => {
    const pages = await Promise.all(Array.from({ length: 4 }, () => browser.open(sale, PHONE)));
    for (const [index, page] of pages.entries()) {
      await buy(page, `<b>user ${index}</b>`);
      await heading(page, index < 3 ? 'You are in the queue' : 'Too many at once');
      expect(await widthOf(page)).toBe(PHONE.viewport.width);
      expect(await lowContrast(page)).toEqual([]);
    }
    await stage.app('worker').url();
    await Promise.all(
      ['It is yours!', 'It is yours!', 'Sold out'].map((end, index) => heading(pages[index]!, end)),
    );
    expect(await pages[0]!.locator('b').count()).toBe(0);
    await pages[3]!.getByRole('link', { name: 'Try again' }).click();
    await pages[3]!.getByText('0 of 2 left').waitFor();
    await pages[3]!.getByText('Sold out.').waitFor();
    // a browser reports the status of an error page, and that no worker could be asked
    const refusals = browser.errors.filter((error) => !/status of (429|503)/.test(error));
    expect(refusals).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('can be read in %s', async (colorScheme) => {
    for (const path of ['', '/busy', '/away', '/unknown']) {
      const page = await browser.open(`${sale}${path}`, { colorScheme });
      expect(await lowContrast(page)).toEqual([]);
    }
  });
});
