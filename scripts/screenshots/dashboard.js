import { setTimeout as sleep } from 'node:timers/promises';
import { NatsClient } from 'nestjs-nats';

const EVENTS = [
  ['page_view', { page: '/products/42', ms: 812 }],
  ['search', { q: 'espresso machine', hits: 31 }],
  ['add_to_cart', { sku: 'EM-204', qty: 1 }],
  ['page_view', { page: '/', ms: 143 }],
  ['checkout', { total: 189.9, currency: 'EUR' }],
  ['share', { via: 'link', page: '/products/42' }],
];

/** How long the scene takes at most. */
const SCENE_MS = 15_000;

/** Half an hour of made-up reports, sent at once, some that fail and some that are refused; on a desk and on a phone. */
export async function showDashboard({ apps, browser, natsUrl, save }) {
  const [agentUrl] = await Promise.all([
    apps.start('agent'),
    ...['saver-a', 'saver-b', 'saver-c'].map((name) => apps.start('saver', { SAVER_NAME: name })),
  ]);
  const url = await apps.start('dashboard', { AGENT_URL: agentUrl });
  // the dashboard listens in when it says that it is ready
  while (!(await fetch(`${url}/readyz`)).ok) await sleep(50);
  await withinOneMinute();
  await pastReports(natsUrl);

  const desk = { width: 1280, height: 960 };
  await picture('dashboard', { viewport: desk, colorScheme: 'light' });
  const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true };
  await picture('dashboard-phone', { ...phone, colorScheme: 'dark' });

  async function picture(name, options) {
    const page = await browser.newPage({ ...options, locale: 'en-GB' });
    await page.goto(url);
    await page.locator('#chart svg').waitFor();
    await report(agentUrl);
    await page.locator('#tail .name').nth(5).waitFor();
    await sleep(2200);
    await save(page, name);
    await page.close();
  }
}

/** Waits for the next minute when this one is nearly over: what is shown as of now is to be of now. */
async function withinOneMinute() {
  const left = 60_000 - (Date.now() % 60_000);
  if (left < SCENE_MS) await sleep(left);
}

async function pastReports(natsUrl) {
  const client = new NatsClient({ servers: natsUrl });
  const now = Date.now();
  for (let minute = 29; minute >= 0; minute--) {
    const count = Math.round(34 + 18 * Math.sin(minute / 3.1) + 9 * Math.sin(minute * 1.7));
    for (let index = 0; index < count; index++) {
      const [eventName, content] = EVENTS[(index * 7 + minute) % EVENTS.length];
      await client.publish('logger.report.event', {
        eventName,
        reportData: JSON.stringify(content),
        createTime: new Date(now - minute * 60_000).toISOString(),
      });
    }
  }
  await client.close();
}

async function report(agentUrl) {
  const post = (body) =>
    fetch(`${agentUrl}/agent/v1/report`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        reportType: 'reportEvent',
        appId: 'demo-app',
        appKey: 'demo-key',
        ...body,
      }),
    });
  for (const [eventName, content] of EVENTS) {
    await post({ eventName, content: JSON.stringify(content) });
    await sleep(30);
  }
  await post({
    reportType: 'reportUser',
    eventName: 'profile_update',
    content: '{"country":"JP"}',
  });
  await post({ eventName: 'page_view', content: 'path=/cart&ms=12' });
  await post({ eventName: 'page_view', content: '{}', appKey: 'guessed' });
  await post({ eventName: 'search', content: '{"q":"grinder","hits":12}' });
}
