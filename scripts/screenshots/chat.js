import { setTimeout as sleep } from 'node:timers/promises';

/** Three people on two instances; one of them looks on. */
export async function showChat({ apps, browser, save }) {
  const [first, second] = await Promise.all(
    ['chat-a', 'chat-b'].map((name) => apps.start('chat', { CHAT_NAME: name })),
  );
  for (const url of [first, second]) {
    while (!(await fetch(`${url}/readyz`)).ok) await sleep(50);
  }
  const open = async (url, user, options) => {
    const page = await browser.newPage({ locale: 'en-GB', ...options });
    await page.goto(url);
    await page.getByLabel('Your name').fill(user);
    await page.getByLabel('Room').fill('tea room');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'tea room' }).waitFor();
    return page;
  };
  const say = async (page, text, to) => {
    if (to) await page.getByRole('button', { name: to }).click();
    await page.getByLabel('Message', { exact: true }).fill(text);
    await page.keyboard.press('Enter');
    await page.locator('.bubble', { hasText: text }).waitFor();
    if (to) await page.getByRole('button', { name: 'To all instead' }).click();
  };

  const ada = await open(first, 'Ada', { viewport: { width: 1024, height: 920 } });
  const bruno = await open(second, 'Bruno');
  const chen = await open(first, 'Chen');
  await chen.locator('.person', { hasText: 'Bruno' }).waitFor();
  await say(bruno, 'Morning! Which instance are you on?');
  await say(ada, 'chat-a. You seem to be on chat-b, and still in the same room.');
  await say(chen, 'One subject for each room, and every instance subscribes to it once.');
  await say(bruno, 'And a room called “>”?');
  await say(ada, 'Is just a room called “>”. Names are one token, whatever is in them.');
  await say(chen, 'Lunch at one? Do not tell Bruno, it is a surprise', 'Ada');
  await say(ada, 'I will bring the candles.', 'Chen');
  await say(bruno, 'Why is it so quiet suddenly?');
  await ada.locator('.bubble', { hasText: 'so quiet' }).waitFor();
  await save(ada, 'chat');
  for (const page of [ada, bruno, chen]) await page.close();
}
