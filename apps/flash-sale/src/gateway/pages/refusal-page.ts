import type { RefusalReason } from '../refusal.js';
import { type Html, html } from './html.js';
import type { Page } from './page.js';

interface Words {
  readonly title: string;
  readonly text: (item: string) => Html;
  readonly advice: string;
}

const WORDS: Record<RefusalReason, Words> = {
  busy: {
    title: 'Too many at once',
    text: (item) =>
      html`So many want <strong>${item}</strong> that the queue is full. You are not in it, and
        nothing was ordered.`,
    advice: 'It moves fast: try again in a few seconds.',
  },
  away: {
    title: 'Back in a moment',
    text: (item) =>
      html`The queue for <strong>${item}</strong> is closed for a moment, and the fault is ours. You
        are not in it, and nothing was ordered.`,
    advice: 'Try again in a few seconds.',
  },
  unknown: {
    title: 'Did that work?',
    text: (item) =>
      html`The queue for <strong>${item}</strong> did not answer in time. You may be in it, or not.`,
    advice: 'Try again with the same name: nobody gets two.',
  },
};

/** Tells a buyer who has no ticket why, and no more than is certain. */
export function refusalPage(item: string, reason: RefusalReason): Page {
  const { title, text, advice } = WORDS[reason];
  return {
    title,
    body: html`<p class="kicker">Flash sale</p>
      <h1>${title}</h1>
      <p>${text(item)}</p>
      <p class="soft">${advice}</p>
      <a class="button" href="/flash-sale/v1/items/${item}">Try again</a>`,
  };
}
