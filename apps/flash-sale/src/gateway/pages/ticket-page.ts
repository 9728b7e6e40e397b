import type { Outcome } from '../../sale/messages.js';
import type { TicketState } from '../sale.service.js';
import { shortTicket } from '../tickets.js';
import { type Html, html } from './html.js';
import type { Page } from './page.js';

const WORDS: Record<Outcome, { title: string; text: (state: TicketState) => Html }> = {
  won: {
    title: 'It is yours!',
    text: ({ item, order }) =>
      html`<p>One <strong>${item}</strong> is on its way to you.</p>
        <p class="soft">Your order: <code class="whole">${order ?? ''}</code></p>`,
  },
  'sold-out': {
    title: 'Sold out',
    text: ({ item }) =>
      html`<p>
        The last <strong>${item}</strong> went to somebody before you. Nothing was ordered.
      </p>`,
  },
  'already-bought': {
    title: 'You have one',
    text: ({ item }) =>
      html`<p>
        There is an order of yours for <strong>${item}</strong>, and there is one for each.
      </p>`,
  },
};

/** Shows what a ticket came to, or that it is waiting. */
export function ticketPage(ticket: string, state: TicketState | undefined): Page {
  const outcome = state?.outcome;
  if (!state || !outcome) return waitingPage(ticket);
  const { title, text } = WORDS[outcome];
  return {
    title,
    body: html`<p class="kicker">Flash sale</p>
      <h1 class="${outcome === 'won' ? 'good' : ''}">${title}</h1>
      ${text(state)}
      <a class="button" href="/flash-sale/v1/items/${state.item}">Back to the sale</a>`,
  };
}

function waitingPage(ticket: string): Page {
  return {
    title: 'You are in the queue',
    watch: true,
    body: html`<p class="kicker">Flash sale</p>
      <h1>You are in the queue</h1>
      <p role="status">
        Whoever was first is served first. This page tells you as soon as it is your turn.
      </p>
      <div class="bar" aria-hidden="true"></div>
      <p class="soft">
        Ticket <code>${shortTicket(ticket)}</code>. The address of this page leads back to it.
      </p>`,
  };
}
