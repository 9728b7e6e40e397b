import { setTimeout as sleep } from 'node:timers/promises';

const PHONE = { viewport: { width: 360, height: 560 }, deviceScaleFactor: 2, colorScheme: 'light' };

/** The pages that a buyer may see, side by side as on phones. */
export async function showFlashSale({ apps, browser, save }) {
  // slow enough to be seen in the queue
  const url = await apps.start('flash-sale', {
    FLASH_SALE_ITEMS: 'mug:10',
    FLASH_SALE_WORK_MS: '2000',
  });
  while (!(await fetch(`${url}/readyz`)).ok) await sleep(50);
  const sale = `${url}/flash-sale/v1/items/mug`;
  await Promise.all(Array.from({ length: 7 }, (_, index) => buy(sale, `buyer ${index}`)));
  const leftNow = async () => (await (await fetch(sale)).json()).left;
  while ((await leftNow()) !== 3) await sleep(50);

  const page = await browser.newPage({ ...PHONE, locale: 'en-GB' });
  const pictures = [];
  const take = async (heading) => {
    await page.getByRole('heading', { name: heading }).waitFor();
    const picture = await page.screenshot({ animations: 'disabled' });
    pictures.push(picture.toString('base64'));
  };
  await page.goto(sale);
  await take('mug');
  await page.getByLabel('Your name').fill('Ada');
  await page.keyboard.press('Enter');
  await take('You are in the queue');
  await take('It is yours!');
  await page.goto(`${sale}/busy`);
  await take('Too many at once');
  await page.close();

  const { width, height } = PHONE.viewport;
  const all = await browser.newPage({ viewport: { width: width * pictures.length, height } });
  const images = pictures.map(
    (data) => `<img width="${width}" src="data:image/png;base64,${data}" alt="" />`,
  );
  await all.setContent(`<body style="margin: 0; display: flex">${images.join('')}</body>`);
  await save(all, 'flash-sale');
  await all.close();
}

async function buy(sale, user) {
  const answer = await fetch(`${sale}/buy`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user }),
  });
  if (answer.status !== 202) throw new Error(`${user} was answered ${answer.status}`);
}
