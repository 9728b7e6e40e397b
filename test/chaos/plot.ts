import type { ChaosResult, Sample } from './chaos-result.js';
import type { FaultKind } from './fault-plan.js';

const WIDTH = 960;
const HEIGHT = 420;
const PLOT = { left: 70, right: 20, top: 64, bottom: 48 } as const;
const COLOURS = { handled: '#1f5fbf', acked: '#8a8f98', server: '#c62828', worker: '#ef8a17' };

const colourOf = (what: FaultKind): string =>
  what === 'worker' || what === 'roll' ? COLOURS.worker : COLOURS.server;
const MOST_POINTS = 300;
const TICKS = 5;

/** How many messages a second there were, from a moment to the next. */
interface Rate {
  readonly ms: number;
  readonly acked: number;
  readonly handled: number;
}

/** Draws delivery over time as SVG, with the kills marked. */
export function plotDelivery({
  samples,
  verdict,
  startedAt,
  options,
  tookMs,
}: ChaosResult): string {
  const rates = ratesOf(samples);
  const topRate = niceAbove(
    Math.max(1, ...rates.flatMap(({ acked, handled }) => [acked, handled])),
  );
  const x = (ms: number): number =>
    PLOT.left + ((WIDTH - PLOT.left - PLOT.right) * Math.max(0, ms)) / Math.max(1, tookMs);
  const y = (rate: number): number =>
    HEIGHT - PLOT.bottom - ((HEIGHT - PLOT.top - PLOT.bottom) * rate) / topRate;
  const line = (what: 'acked' | 'handled', width: number): string =>
    `<polyline fill="none" stroke="${COLOURS[what]}" stroke-width="${width}" points="${rates
      .map((rate) => `${x(rate.ms).toFixed(1)},${y(rate[what]).toFixed(1)}`)
      .join(' ')}"/>`;
  const kills = verdict.faults.map(({ what, at, backAt }) => {
    const [from, to] = [x(at - startedAt), x(backAt - startedAt)];
    const height = HEIGHT - PLOT.top - PLOT.bottom;
    return (
      `<rect x="${from.toFixed(1)}" y="${PLOT.top}" width="${Math.max(1, to - from).toFixed(1)}" height="${height}" fill="${colourOf(what)}" fill-opacity="0.12"/>` +
      `<line x1="${from.toFixed(1)}" x2="${from.toFixed(1)}" y1="${PLOT.top}" y2="${HEIGHT - PLOT.bottom}" stroke="${colourOf(what)}" stroke-dasharray="4 3"/>`
    );
  });
  const site = options.cluster ? 'a cluster of three' : 'a single server';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(
      PLOT.left,
      24,
      `${count(options.messages)} messages on ${site}, ${verdict.faults.length} kills`,
      {
        size: 16,
      },
    ),
    ...legend(),
    ...rateTicks(topRate, y),
    ...timeTicks(tookMs, x),
    ...kills,
    line('acked', 1),
    line('handled', 1.6),
    '</svg>',
  ].join('\n');
}

function legend(): string[] {
  const entries = [
    [0, 'handled', 'handled a second'],
    [145, 'acked', 'stored a second'],
    [280, 'server', 'kill -9 of a server, until it is back'],
    [525, 'worker', 'kill -9 of a worker, until the next one is there'],
  ] as const;
  return entries.flatMap(([offset, colour, label]) => [
    `<rect x="${PLOT.left + offset}" y="38" width="14" height="4" fill="${COLOURS[colour]}"/>`,
    text(PLOT.left + offset + 20, 44, label),
  ]);
}

function rateTicks(top: number, y: (rate: number) => number): string[] {
  return Array.from({ length: TICKS + 1 }, (_, i) => (top * i) / TICKS).flatMap((rate) => [
    `<line x1="${PLOT.left}" x2="${WIDTH - PLOT.right}" y1="${y(rate).toFixed(1)}" y2="${y(rate).toFixed(1)}" stroke="#e3e5e8"/>`,
    text(PLOT.left - 8, y(rate) + 4, count(Math.round(rate)), { anchor: 'end' }),
  ]);
}

function timeTicks(tookMs: number, x: (ms: number) => number): string[] {
  const stepMs = niceAbove(tookMs / 10_000) * 1_000;
  const ticks = Array.from({ length: Math.floor(tookMs / stepMs) + 1 }, (_, i) => i * stepMs);
  return ticks.map((ms) =>
    text(x(ms), HEIGHT - PLOT.bottom + 20, `${ms / 1_000} s`, { anchor: 'middle' }),
  );
}

function text(
  x: number,
  y: number,
  words: string,
  { size = 12, anchor = 'start' }: { size?: number; anchor?: 'start' | 'middle' | 'end' } = {},
): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-size="${size}" text-anchor="${anchor}" fill="#24292f">${words}</text>`;
}

/** Takes as many samples together as leaves no more points than can be seen. */
export function ratesOf(samples: readonly Sample[]): Rate[] {
  const step = Math.max(1, Math.ceil(samples.length / MOST_POINTS));
  const rates: Rate[] = [];
  for (let i = step; i < samples.length; i += step) {
    const [from, to] = [samples[i - step]!, samples[i]!];
    const seconds = (to.ms - from.ms) / 1_000;
    rates.push({
      ms: to.ms,
      acked: (to.acked - from.acked) / seconds,
      handled: (to.handled - from.handled) / seconds,
    });
  }
  return rates;
}

/** Gives the next of 1, 2, 5, 10, 20, 50, … */
export function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10);
}

function count(value: number): string {
  return value.toLocaleString('en');
}
