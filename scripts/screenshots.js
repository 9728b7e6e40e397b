// Takes the pictures of docs/images anew: npm run screenshots [-- dashboard chat flash-sale]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNatsServer } from 'nestjs-nats/testing';
import { chromium } from 'playwright-core';
import { chromiumArguments, findChromium, HOW_TO_GET_CHROMIUM } from './find-chromium.js';
import { Apps } from './screenshots/apps.js';
import { showChat } from './screenshots/chat.js';
import { showDashboard } from './screenshots/dashboard.js';
import { showFlashSale } from './screenshots/flash-sale.js';

const SCENES = { dashboard: showDashboard, chat: showChat, 'flash-sale': showFlashSale };
const wanted = process.argv.slice(2);

const executablePath = findChromium();
if (!executablePath) throw new Error(`There is no Chromium. ${HOW_TO_GET_CHROMIUM}`);
const folder = await mkdtemp(join(tmpdir(), 'screenshots-'));
const server = await startNatsServer();
const browser = await chromium.launch({ executablePath, args: chromiumArguments() });
const apps = new Apps(server.url, folder);
try {
  for (const [name, show] of Object.entries(SCENES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    await show({ apps, browser, natsUrl: server.url, save });
  }
} finally {
  await apps.stop();
  await browser.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

async function save(page, name) {
  const path = new URL(`../docs/images/${name}.png`, import.meta.url).pathname;
  await page.screenshot({ path, animations: 'disabled' });
  console.log(path);
}
