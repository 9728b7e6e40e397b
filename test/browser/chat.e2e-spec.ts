import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type NatsTestServer, startNatsServer } from 'nestjs-nats/testing';
import type { Page } from 'playwright-core';
import { AppProcess } from '../support/app-process.js';
import { TestBrowser } from '../support/browser.js';
import { Cleanup } from '../support/cleanup.js';
import { lowContrast, widthOf } from '../support/page-checks.js';
import { waitFor } from '../support/wait-for.js';

const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const ATTACK = `<img src=x onerror="document.title='attacked'">`;

describe('the page of the chat', () => {
  const cleanup = new Cleanup();
  let server: NatsTestServer;
  let browser: TestBrowser;
  let ada: Page;
  let bob: Page;
  let urls: string[];

  beforeAll(async () => {
    browser = cleanup.add(await TestBrowser.start(), (started) => started.stop());
    server = cleanup.add(await startNatsServer({ jetstream: false }), (started) => started.stop());
    urls = await Promise.all(['chat-a', 'chat-b'].map(start));
    ada = await enter(urls[0]!, 'ada');
    bob = await enter(urls[1]!, 'bob');
  });

  // the browser takes its time when the machine is busy
  afterAll(() => cleanup.run(), 60_000);

  const start = async (name: string): Promise<string> => {
    const env = { PORT: '0', NATS_SERVERS: server.url, CHAT_NAME: name };
    const app = cleanup.add(new AppProcess('chat', env), (started) => started.stop());
    const url = await app.url();
    await waitFor(async () => (await fetch(`${url}/readyz`)).ok, { what: `${name} to be ready` });
    return url;
  };
  const knock = async (page: Page, user: string): Promise<void> => {
    await page.getByLabel('Your name').fill(user);
    await page.keyboard.press('Enter');
  };
  const enter = async (url: string, user: string, options = {}): Promise<Page> => {
    const page = await browser.open(url, options);
    await knock(page, user);
    await page.getByRole('heading', { name: 'lobby' }).waitFor();
    return page;
  };
  const say = async (page: Page, text: string): Promise<void> => {
    await page.getByLabel('Message', { exact: true }).fill(text);
    await page.keyboard.press('Enter');
  };
  const shows = (page: Page, selector: string, hasText: string | RegExp): Promise<void> =>
    page.locator(selector).filter({ hasText }).first().waitFor();

  it('S15: shows two users on two instances what each of them says, once', async () => {
    await say(ada, 'hello from a');
    await shows(bob, '.message', /ada.*by chat-a.*hello from a/);
    await say(bob, 'hello from b');
    await shows(ada, '.message', /bob.*by chat-b.*hello from b/);
    for (const page of [ada, bob]) {
      expect(await page.locator('.message .bubble').allTextContents()).toEqual([
        'hello from a',
        'hello from b',
      ]);
    }
    await shows(ada, '#people', /ada \(you\).*bob/);
    await shows(bob, '#people-count', '2');
  });

  it('S14: sends a message to one user alone', async () => {
    const cy = await enter(urls[1]!, 'cy');
    await ada.getByRole('button', { name: 'bob' }).click();
    await shows(ada, '#to', 'To bob alone');
    await say(ada, 'psst');
    await shows(bob, '.direct', /ada, to you alone.*psst/);
    await shows(ada, '.direct', /You, to bob alone.*psst/);
    await ada.getByRole('button', { name: 'To all instead' }).click();
    await say(ada, 'hello all');
    await shows(cy, '.message', 'hello all');
    expect(await cy.locator('.direct').count()).toBe(0);
    await cy.getByRole('button', { name: 'Leave' }).click();
    await shows(ada, '.note', 'cy left.');
    await cy.close();
  });

  it('shows markup as the text that it is, also in a name', async () => {
    const name = '<b onclick=x>bold</b>';
    const odd = await enter(urls[0]!, name);
    await say(odd, ATTACK);
    await shows(bob, '.message .bubble', ATTACK);
    await shows(bob, '#people', name);
    expect(await bob.locator('.messages img, .messages b b, #people b').count()).toBe(0);
    expect(await bob.title()).toBe('lobby · Rooms');
    await odd.close();
  });

  it('says that a name is taken, and lets in under another', async () => {
    const page = await browser.open(urls[0]!);
    await knock(page, 'bob');
    await shows(page, '#refusal', 'bob is here already.');
    await knock(page, 'rob');
    await page.getByRole('heading', { name: 'lobby' }).waitFor();
    await page.close();
  });

  it.each(['light', 'dark'] as const)('can be read on a phone, %s', async (colorScheme) => {
    const phone = await enter(urls[0]!, `eve-${colorScheme}`, { ...PHONE, colorScheme });
    await say(bob, 'x'.repeat(300));
    await shows(phone, '.bubble', 'x'.repeat(300));
    await phone.getByRole('button', { name: 'bob' }).click();
    await say(phone, 'from a phone');
    await shows(phone, '.direct', 'from a phone');
    expect(await widthOf(phone)).toBe(PHONE.viewport.width);
    expect(await lowContrast(phone)).toEqual([]);
    await phone.close();
  });

  it('says that NATS is away, and heals by itself', async () => {
    await server.kill();
    await shows(ada, '#banner', 'NATS cannot be reached');
    await server.restart();
    for (const page of [ada, bob]) await page.locator('#banner').waitFor({ state: 'hidden' });
    await say(ada, 'we are back');
    await shows(bob, '.message', 'we are back');
  });

  it('has caused no error, nor a breach of its content security policy', () => {
    expect(browser.errors).toEqual([]);
  });
});
