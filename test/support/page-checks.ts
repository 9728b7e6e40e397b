import type { Page } from 'playwright-core';
import { findLowContrast } from './contrast-in-page.js';

/**
 * Finds visible texts of a page with less contrast than WCAG 2 AA asks of text of any size, 4.5 to 1.
 * Translucent layers are mixed; pictures are not looked at.
 */
export function lowContrast(page: Page): Promise<{ text: string; ratio: number }[]> {
  return page.evaluate(findLowContrast);
}

/** How wide a page is, which is wider than the window when it has to be scrolled sideways. */
export function widthOf(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth');
}
