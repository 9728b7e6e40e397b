import { byId, number, setText, shape, timeOfDay } from './dom.js';

const MARGIN = { top: 8, right: 4, bottom: 22, left: 34 };
const LABEL_EVERY = 5;
const box = byId('chart');
let minutes = [];

/** A round number of at least `value` that four lines divide well. */
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 4) / 4));
  const step = [1, 2, 5, 10].find((factor) => factor * power * 4 >= value) * power;
  return Math.max(1, step) * 4;
}

function bar(x, width, from, to, className, isTop = true) {
  const height = from - to;
  const radius = isTop ? Math.min(3, width / 2, height) : 0;
  return shape('path', {
    class: className,
    d: `M${x},${from} V${to + radius} q0,${-radius} ${radius},${-radius} h${width - 2 * radius}
      q${radius},0 ${radius},${radius} V${from} Z`,
  });
}

function draw() {
  const { clientWidth: width, clientHeight: height } = box;
  if (minutes.length === 0 || width === 0) return;
  const top = roundUp(Math.max(...minutes.map(({ events, failed }) => events + failed)));
  const inner = { width: width - MARGIN.left - MARGIN.right, bottom: height - MARGIN.bottom };
  const y = (value) => inner.bottom - ((inner.bottom - MARGIN.top) * value) / top;
  const slot = inner.width / minutes.length;
  const gap = Math.min(4, slot * 0.25);

  const lines = [0, 1, 2, 3, 4].map((line) => {
    const value = (top / 4) * line;
    const at = Math.round(y(value)) + 0.5;
    const label = shape('text', { x: MARGIN.left - 8, y: at + 4, 'text-anchor': 'end' });
    label.textContent = number(value);
    const rule = shape('line', { class: 'grid', x1: MARGIN.left, x2: width, y1: at, y2: at });
    return shape('g', {}, rule, label);
  });
  const bars = minutes.map(({ minute, events, failed }, index) => {
    const x = MARGIN.left + slot * index + gap / 2;
    const isLast = index === minutes.length - 1;
    const title = shape('title');
    title.textContent = `${timeOfDay(minute, { seconds: false })}: ${events} events, ${failed} failed`;
    const hit = { x, y: MARGIN.top, width: slot, height: inner.bottom - MARGIN.top };
    const group = shape('g', { class: 'minute' }, title);
    group.append(shape('rect', { ...hit, fill: 'transparent' }));
    if (events > 0) {
      group.append(bar(x, slot - gap, y(0), y(events), isLast ? 'bar' : 'bar past', failed === 0));
    }
    if (failed > 0) group.append(bar(x, slot - gap, y(events), y(events + failed), 'bar bad'));
    return group;
  });
  const every = slot * LABEL_EVERY < 44 ? LABEL_EVERY * 2 : LABEL_EVERY;
  const labels = minutes.flatMap(({ minute }, index) => {
    if ((minutes.length - 1 - index) % every !== 0) return [];
    const isLast = index === minutes.length - 1;
    const x = MARGIN.left + slot * (index + (isLast ? 1 : 0.5));
    const anchor = isLast ? 'end' : 'middle';
    const label = shape('text', { x, y: height - 4, 'text-anchor': anchor });
    label.textContent = isLast ? 'now' : timeOfDay(minute, { seconds: false });
    return [label];
  });
  // what it shows stands in the caption, for those who cannot see it
  const svg = shape('svg', { 'aria-hidden': 'true', viewBox: `0 0 ${width} ${height}` });
  svg.append(...lines, ...bars, ...labels);
  box.replaceChildren(svg);
}

function describe() {
  const all = minutes.reduce((sum, { events }) => sum + events, 0);
  if (all === 0) return `No events in the last ${minutes.length} minutes.`;
  const peak = minutes.reduce((best, next) => (next.events > best.events ? next : best));
  const at = timeOfDay(peak.minute, { seconds: false });
  return `${number(all)} events in the last ${minutes.length} minutes, at most ${number(peak.events)} in one, at ${at}.`;
}

/** Draws the events of each minute. */
export function showChart({ saverView }) {
  if (!saverView || JSON.stringify(saverView.minutes) === JSON.stringify(minutes)) return;
  minutes = saverView.minutes;
  draw();
  setText(byId('chart-caption'), describe());
}

new ResizeObserver(draw).observe(box);
