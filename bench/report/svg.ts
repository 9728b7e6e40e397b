import type { Result } from './result.js';

const COLORS = ['#7a869a', '#e07a5f', '#2a9d8f', '#9b5de5', '#f2cc8f'];
const ROW = 18;
const GAP = 14;
const LEFT = 210;
const WIDTH = 860;
const BAR = 480;
const TOP = 56;

/** Draws a bar for each subject of each scenario: how it stands to the raw client. */
export function ratioPicture({ machine, versions, scenarios }: Result): string {
  const subjects = [...new Set(Object.values(scenarios).flatMap((one) => Object.keys(one)))];
  const ratios = Object.values(scenarios).flatMap((one) => Object.values(one));
  const most = Math.max(1, ...ratios.map(({ ratioToRaw }) => ratioToRaw));
  const scale = (ratio: number): number => (ratio / most) * BAR;
  const parts: string[] = [];
  let y = TOP;
  for (const [id, result] of Object.entries(scenarios)) {
    parts.push(text(LEFT - 10, y + 13, id, 'end', 'label'));
    for (const [subject, { ratioToRaw, median, unit }] of Object.entries(result)) {
      const color = COLORS[subjects.indexOf(subject) % COLORS.length]!;
      const width = scale(ratioToRaw);
      const value = `${ratioToRaw.toFixed(2)}  ·  ${Math.round(median).toLocaleString('en-US')} ${unit}`;
      parts.push(
        `<rect x="${LEFT}" y="${y + 2}" width="${width.toFixed(1)}" height="${ROW - 4}" rx="2" fill="${color}"/>`,
        text(LEFT + width + 6, y + 13, value, 'start', 'value'),
      );
      y += ROW;
    }
    y += GAP;
  }
  const line = LEFT + scale(1);
  const where = `${machine.cpu}, ${machine.cores} cores · Node ${versions['node']} · nats-server ${versions['nats-server']}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y + 10}" viewBox="0 0 ${WIDTH} ${y + 10}" role="img">`,
    '<title>Speed in relation to the raw NATS client; longer is better</title>',
    '<style>text{font:12px system-ui,sans-serif;fill:#24292f}.label{font-weight:600}.value{fill:#57606a}</style>',
    `<rect width="100%" height="100%" fill="#fff"/>`,
    ...subjects.map((subject, i) => legend(subject, i)),
    text(10, 40, where, 'start', 'value'),
    `<line x1="${line}" y1="${TOP - 4}" x2="${line}" y2="${y - GAP}" stroke="#57606a" stroke-dasharray="3 3"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function legend(subject: string, i: number): string {
  const x = 10 + i * 140;
  const color = COLORS[i % COLORS.length]!;
  const box = `<rect x="${x}" y="10" width="12" height="12" rx="2" fill="${color}"/>`;
  return box + text(x + 18, 20, subject, 'start', 'label');
}

function text(x: number, y: number, content: string, anchor: string, style: string): string {
  const safe = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<text x="${x.toFixed(1)}" y="${y}" text-anchor="${anchor}" class="${style}">${safe}</text>`;
}
