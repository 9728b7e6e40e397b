import { createHash } from 'node:crypto';
import type { Response } from 'express';
import { Html, html } from './html.js';
import { STYLE } from './style.js';

/** Looks every half second whether the ticket is decided, and shows it then. */
const WATCH = `
const look = async () => {
  try {
    const answer = await fetch(location.href, { headers: { accept: 'application/json' } });
    if (answer.ok && (await answer.json()).status !== 'queued') return location.reload();
  } catch { /* the next one may get through */ }
  setTimeout(look, 500);
};
setTimeout(look, 500);
`;

const source = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing but what the pages themselves hold, and nobody may frame them. */
const POLICY = [
  "default-src 'none'",
  `style-src ${source(STYLE)}`,
  `script-src ${source(WATCH)}`,
  'img-src data:',
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

// whole elements: a policy by hashes allows no blank more
const STYLE_ELEMENT = new Html(`<style>${STYLE}</style>`);
const WATCH_ELEMENT = new Html(`<script>${WATCH}</script>`);
const RELOAD_ELEMENT = html`<noscript><meta http-equiv="refresh" content="2" /></noscript>`;
const NOTHING = new Html('');

/** A page: its title, and what stands in the card. */
export interface Page {
  readonly title: string;
  readonly body: Html;
  /** It asks for news by itself, with a script or without. */
  readonly watch?: boolean;
}

/** Sends a page. Nobody keeps it: the next look may show something else. */
export function sendPage(response: Response, status: number, page: Page): void {
  response
    .status(status)
    .set({
      'Content-Security-Policy': POLICY,
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'same-origin',
      'X-Content-Type-Options': 'nosniff',
    })
    .type('html')
    .send(documentOf(page).text);
}

function documentOf({ title, body, watch = false }: Page): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="icon" href="data:," />
        <title>${title}</title>
        ${STYLE_ELEMENT} ${watch ? RELOAD_ELEMENT : NOTHING}
      </head>
      <body>
        <main>${body}</main>
        ${watch ? WATCH_ELEMENT : NOTHING}
      </body>
    </html> `;
}
