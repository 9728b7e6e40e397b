// Finds the browser that tests and screenshots use: the distribution's own, nothing is downloaded by playwright.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const ELSEWHERE = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** What to do when there is none. */
export const HOW_TO_GET_CHROMIUM =
  'Install it (Debian and Ubuntu: apt-get install -y chromium; or npm run browser:install), ' +
  'or set CHROMIUM_BIN to the program of a Chromium or Chrome.';

/** Gives the path of a Chromium: that of `CHROMIUM_BIN`, or one that is installed; nothing when there is none. */
export function findChromium(env = process.env) {
  if (env.CHROMIUM_BIN) return isProgram(env.CHROMIUM_BIN) ? env.CHROMIUM_BIN : undefined;
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...candidates, ...ELSEWHERE].find(isProgram);
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** How it is started: root, as in containers, has no sandbox to go into. */
export function chromiumArguments() {
  return process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}
