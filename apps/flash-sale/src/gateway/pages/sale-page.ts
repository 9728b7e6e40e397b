import type { ItemState } from '../../sale/messages.js';
import { html } from './html.js';
import type { Page } from './page.js';

/** Offers an item. @param state is unknown while no worker can be asked; trying to buy goes on all the same */
export function salePage(item: string, state: ItemState | undefined): Page {
  const stock = state
    ? html`<p class="stock" id="stock"><span>${state.left} of ${state.stock} left</span></p>
        <meter
          aria-labelledby="stock"
          min="0"
          max="${Math.max(1, state.stock)}"
          value="${state.left}"
        ></meter>`
    : html`<p class="soft">We cannot count them at the moment. Try to get one all the same.</p>`;
  const buy = html`<form method="post" action="/flash-sale/v1/items/${item}/buy">
      <label for="user">Your name</label>
      <input id="user" name="user" required maxlength="64" autocomplete="username" />
      <button>Get one</button>
    </form>
    <p class="soft">
      One for each. You get a ticket at once, and see in a moment what it came to.
    </p>`;
  return {
    title: `Flash sale: ${item}`,
    body: html`<p class="kicker">Flash sale</p>
      <h1>${item}</h1>
      ${stock} ${state?.left === 0 ? html`<p><strong>Sold out.</strong> Thank you all.</p>` : buy}`,
  };
}
