import { html } from './html.js';
import type { Page } from './page.js';

/** Tells a buyer who was not put in the queue that it is nobody's fault. */
export function busyPage(item: string): Page {
  return {
    title: 'Too many at once',
    body: html`<p class="kicker">Flash sale</p>
      <h1>Too many at once</h1>
      <p>
        So many want <strong>${item}</strong> that the queue is full. You are not in it, and nothing
        was ordered.
      </p>
      <p class="soft">It moves fast: try again in a few seconds.</p>
      <a class="button" href="/flash-sale/v1/items/${item}">Try again</a>`,
  };
}
