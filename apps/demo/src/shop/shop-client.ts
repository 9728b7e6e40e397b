import { setTimeout as sleep } from 'node:timers/promises';

/** The three ways to take an order, the slowest first. */
export const MODES = ['serial', 'parallel', 'async'] as const;
export type Mode = (typeof MODES)[number];

/** What the shop answered to an order. */
export interface Answer {
  readonly status: number;
  /** The order, if it was taken. */
  readonly id: string | undefined;
  readonly elapsedMs: number;
  /** How long each part took, in milliseconds. */
  readonly partsMs: Readonly<Record<string, number>>;
  /** Why it was not taken. */
  readonly message: string;
}

const TIMEOUT_MS = 10_000;
const POLL_MS = 50;
/** How long workers may take to catch up, in milliseconds. */
const PATIENCE_MS = 30_000;

/** The body of every order of the demo. */
export const ORDER = { customer: 'ada', sku: 'mug', quantity: 2, priceCents: 1250 };

/** Places an order. */
export async function placeOrder(shopUrl: string, mode: Mode): Promise<Answer> {
  const response = await fetch(`${shopUrl}/shop/v1/orders?mode=${mode}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ORDER),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const body = (await response.json()) as Partial<Answer> & { order?: { id: string } };
  return {
    status: response.status,
    id: body.order?.id,
    elapsedMs: body.elapsedMs ?? 0,
    partsMs: body.partsMs ?? {},
    message: body.message ?? '',
  };
}

/** The steps of an order, and whether each is done. */
export async function stepsOf(shopUrl: string, id: string): Promise<Record<string, string>> {
  const response = await fetch(`${shopUrl}/shop/v1/orders/${id}`, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const { steps = {} } = (await response.json()) as { steps?: Record<string, string> };
  return steps;
}

/** Waits until all steps of an order are done. @returns whether they are, in half a minute */
export async function awaitDone(shopUrl: string, id: string): Promise<boolean> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  while (Date.now() < giveUpAt) {
    const states = Object.values(await stepsOf(shopUrl, id));
    if (states.length > 0 && states.every((state) => state === 'done')) return true;
    await sleep(POLL_MS);
  }
  return false;
}
