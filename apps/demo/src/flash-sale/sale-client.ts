import { setTimeout as sleep } from 'node:timers/promises';

const TIMEOUT_MS = 30_000;
const POLL_MS = 50;
const AT_ONCE = 25;

/** What the gateway answered to a purchase. */
export interface Purchased {
  readonly status: number;
  /** The address of the ticket, if there is one. */
  readonly url: string | undefined;
}

/** Buys, as a program does. */
export async function buy(gatewayUrl: string, item: string, user: string): Promise<Purchased> {
  const response = await fetch(`${gatewayUrl}/flash-sale/v1/items/${item}/buy`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const { url } = (await response.json()) as { url?: string };
  return { status: response.status, url };
}

/** Buys, as a form in a browser does. @returns the status, and where the browser is sent */
export async function submit(
  gatewayUrl: string,
  item: string,
  user: string,
): Promise<{ status: number; location: string }> {
  const response = await fetch(`${gatewayUrl}/flash-sale/v1/items/${item}/buy`, {
    method: 'POST',
    headers: { accept: 'text/html' },
    body: new URLSearchParams({ user }),
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  await response.arrayBuffer();
  return { status: response.status, location: response.headers.get('location') ?? '' };
}

/**
 * Looks at tickets, a few at a time, until each is decided or half a minute has passed.
 *
 * @returns what each came to; `queued` if it was not decided
 */
export async function outcomesOf(
  gatewayUrl: string,
  tickets: readonly string[],
  onDecided: (count: number) => void,
): Promise<string[]> {
  const giveUpAt = Date.now() + TIMEOUT_MS;
  const outcomes: string[] = [];
  const waiting = [...tickets];
  const look = async (): Promise<void> => {
    for (let ticket = waiting.shift(); ticket !== undefined; ticket = waiting.shift()) {
      outcomes.push(await outcomeOf(`${gatewayUrl}${ticket}`, giveUpAt));
      onDecided(outcomes.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, look));
  return outcomes;
}

async function outcomeOf(url: string, giveUpAt: number): Promise<string> {
  for (;;) {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const { status = 'queued' } = (await response.json()) as { status?: string };
    if ((response.ok && status !== 'queued') || Date.now() > giveUpAt) {
      return response.ok ? status : 'queued';
    }
    await sleep(POLL_MS);
  }
}
