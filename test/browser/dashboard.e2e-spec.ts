import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Analytics } from '../support/analytics.js';
import { TestBrowser } from '../support/browser.js';
import { lowContrast, widthOf } from '../support/page-checks.js';
import { waitFor } from '../support/wait-for.js';

const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const ATTACK = `<img src=x onerror="document.title='attacked'">`;

describe('the page of the dashboard', () => {
  const flow = new Analytics();
  let browser: TestBrowser;
  let page: Page;
  let url: string;

  beforeAll(async () => {
    browser = await TestBrowser.start();
    await flow.start();
    await flow.startFlow(['saver-a']);
    ({ url } = await flow.dashboard());
    page = await browser.open(url);
  });

  afterAll(async () => {
    await browser?.stop();
    await flow.stop();
  });

  const text = (selector: string) => page.locator(selector).first().textContent();
  const shows = (selector: string, expected: string | RegExp, where = page) =>
    where.locator(selector).filter({ hasText: expected }).first().waitFor();

  it('shows a report as it goes by and when it is stored, without a reload', async () => {
    await shows('#pill-saver', '1 saver');
    await flow.report({ eventName: 'seen_in_the_browser' });
    await shows('#tail li', 'seen_in_the_browser');
    await shows('#latest li', /seen_in_the_browser.*saver-a/);
    await shows('#received', '1');
    await shows('#stored', '1');
    await shows('#chart-caption', '1 events in the last 30 minutes');
    await shows('#replicas li', /saver-a.*running since \d\d:\d\d.*100 %/);
    expect(await page.locator('#banner').isVisible()).toBe(false);
  });

  it('shows markup in a report as the text that it is', async () => {
    await flow.report({ eventName: ATTACK, content: JSON.stringify({ html: ATTACK }) });
    await flow.report({ eventName: ATTACK, content: ATTACK });
    await flow.report({ eventName: ATTACK, appKey: 'guessed' });
    await shows('#latest li .name', ATTACK);
    await shows('#tail li .name', ATTACK);
    await page.getByRole('tab', { name: 'Failed' }).click();
    await shows('#failures li .detail', ATTACK);
    await page.getByRole('tab', { name: 'Rejected' }).click();
    await shows('#rejections li .name', ATTACK);
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.title()).toBe('Reports, live');
  });

  it('can be used with the keyboard alone', async () => {
    await page.getByRole('tab', { name: 'Rejected' }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.getByRole('tab', { name: 'Latest' }).getAttribute('aria-selected')).toBe(
      'true',
    );
    expect(await page.locator('#latest').isVisible()).toBe(true);
    await page.getByLabel('Event name').fill('by_hand');
    await page.getByLabel('Event name').press('Enter');
    await shows('#result', 'Stored by saver-a.');
    await shows('#latest li', 'by_hand');
  });

  it('says why a report failed', async () => {
    await page.getByLabel('Content, as JSON').fill('no JSON');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await shows('#result', /Kept as failed by saver-a: content is not JSON/);
    await shows('#failed-note', 'stored as well, with the reason');
  });

  it('stands still while it is paused', async () => {
    await page.getByRole('button', { name: 'Pause' }).click();
    const before = await text('#tail');
    await flow.report({ eventName: 'while_paused' });
    await page.getByRole('button', { name: 'Resume (1)' }).waitFor();
    expect(await text('#tail')).toBe(before);
    await page.getByRole('button', { name: 'Resume (1)' }).click();
    await flow.report({ eventName: 'after_the_pause' });
    await shows('#tail li', 'after_the_pause');
  });

  it.each(['light', 'dark'] as const)('can be read on a phone, %s', async (colorScheme) => {
    const phone = await browser.open(url, { ...PHONE, colorScheme });
    await shows('#received', /\d/, phone);
    await flow.report({ eventName: 'x'.repeat(128) });
    await shows('#tail li', 'x'.repeat(128), phone);
    await shows('#latest li', 'x'.repeat(128), phone);
    expect(await widthOf(phone)).toBe(PHONE.viewport.width);
    expect(await lowContrast(phone)).toEqual([]);
    await phone.close();
  });

  it('says that NATS is away, and heals by itself', async () => {
    await flow.server.kill();
    await shows('#banner', /NATS cannot be reached.*The numbers are those of \d\d:\d\d:\d\d/);
    await shows('#pill-nats', 'NATS away');
    expect(Number(await text('#stored'))).toBeGreaterThan(0);
    await flow.server.restart();
    await page.locator('#banner').waitFor({ state: 'hidden' });
    await waitFor(async () => (await flow.report({ eventName: 'again' })).status === 200, {
      what: 'the agent to reconnect',
    });
    await shows('#tail li', 'again');
    await shows('#latest li', 'again');
  });

  it('has caused no error, nor a breach of its content security policy', () => {
    expect(browser.errors).toEqual([]);
  });
});
