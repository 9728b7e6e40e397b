import { STYLE } from './style.js';

const WIDTH = 960;
const [LEFT, RIGHT] = [150, 610];
const [BARS, BARS_END] = [672, 928];
const TOP = 104;
const LANE = 26;
const GAP = 30;
/** How wide it is to say when the customer was answered. */
const TOLD = 150;
/** A row has this many lanes at least, for what stands beside them. */
const MIN_LANES = 2;

const WORDS = {
  serial: 'one after the other',
  parallel: 'all at once',
  async: 'later, by a stream',
};

/** Draws the ways to take an order, each as a row: its steps, and how many a second there are of it. */
export function drawShop(ways) {
  const end = Math.max(...ways.flatMap(({ steps }) => steps.map(({ to }) => to)));
  const most = Math.max(...ways.map(({ perSecond }) => perSecond));
  const scales = {
    x: (ms) => LEFT + (ms / end) * (RIGHT - LEFT),
    width: (perSecond) => (perSecond / most) * (BARS_END - BARS),
  };
  let y = TOP;
  const rows = [];
  for (const way of ways) {
    const lanes = lanesOf(way);
    const height = Math.max(lanes.length, MIN_LANES) * LANE;
    rows.push(...drawWay(way, lanes, y + height / 2, scales));
    y += height + GAP;
  }
  const bottom = y - GAP + 12;
  const height = bottom + 42;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${summaryOf(ways)}">`,
    `<style>${STYLE}</style>`,
    `<rect class="card" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="14"/>`,
    `<text class="title" x="32" y="44">One order, three ways</text>`,
    `<text class="title" x="${BARS}" y="44">Orders a second</text>`,
    `<text class="soft" x="32" y="68">Each step takes 100 ms. Dashed: done by workers, after the answer.</text>`,
    `<text class="soft" x="${BARS}" y="68">16 customers at a time</text>`,
    ...axis(end, bottom, scales),
    ...rows,
    '</svg>',
    '',
  ].join('\n');
}

/** What somebody is told who cannot see the picture. */
function summaryOf(ways) {
  const parts = ways.map(
    ({ mode, answeredMs, perSecond }) =>
      `${mode}: answered after ${answeredMs} ms, ${perSecond.toFixed(0)} orders a second`,
  );
  return `Three ways to take an order. ${parts.join('; ')}.`;
}

/** Puts steps that overlap into lanes of their own. */
function lanesOf({ steps }) {
  const lanes = [];
  for (const step of steps) {
    const free = lanes.find((lane) => lane.at(-1).to <= step.from);
    if (free) free.push(step);
    else lanes.push([step]);
  }
  return lanes;
}

function drawWay({ mode, answeredMs, perSecond }, lanes, middle, { x, width }) {
  const top = middle - (lanes.length * LANE) / 2;
  const answer = x(answeredMs);
  const [told, anchor] = answer + TOLD < BARS ? [answer + 8, 'start'] : [answer - 8, 'end'];
  return [
    `<text class="mode" x="32" y="${middle - 2}">${mode}</text>`,
    `<text class="soft" x="32" y="${middle + 16}">${WORDS[mode]}</text>`,
    ...lanes.flatMap((lane, index) => lane.map((step) => drawStep(step, top + index * LANE, x))),
    `<path class="answer" d="M${px(answer)} ${top - 18}V${top + lanes.length * LANE + 2}"/>`,
    `<text class="told" x="${px(told)}" y="${top - 8}" text-anchor="${anchor}">answered: ${answeredMs} ms</text>`,
    `<text class="number" x="${BARS}" y="${middle - 5}">${perSecond.toFixed(0)}</text>`,
    `<rect class="rate" x="${BARS}" y="${middle + 2}" width="${px(width(perSecond))}" height="16" rx="5"/>`,
  ];
}

function drawStep({ name, from, to, later = false }, y, x) {
  const [start, end] = [x(from), x(to)];
  const fits = end - start > name.length * 8;
  // what is too short for its name has it below
  const label = fits
    ? `<text class="${later ? 'outside' : 'inside'}" x="${px(start + 9)}" y="${y + 17}">${name}</text>`
    : `<text class="soft" x="${px(start - 2)}" y="${y + 38}" text-anchor="end">${name}: ${to - from} ms</text>`;
  const width = Math.max(end - start - 2, 2);
  const look = `${name}${later ? ' later' : ''}`;
  return `<rect class="${look}" x="${px(start + 1)}" y="${y + 2}" width="${px(width)}" height="${LANE - 4}" rx="${fits ? 5 : 1}"/>${label}`;
}

function axis(end, bottom, { x }) {
  const ticks = Array.from({ length: Math.floor(end / 100) + 1 }, (_, index) => index * 100);
  return ticks.flatMap((ms) => [
    `<path class="grid" d="M${px(x(ms))} ${TOP - 6}V${bottom}"/>`,
    `<text class="soft" x="${px(x(ms))}" y="${bottom + 18}" text-anchor="middle">${ms}${ms === 0 ? ' ms' : ''}</text>`,
  ]);
}

function px(value) {
  return value.toFixed(1);
}
