/** How the picture looks, on light and dark pages. */
export const STYLE = `
svg { font: 13px ui-sans-serif, system-ui, sans-serif; --card: #fff; --line: #d8dee6; --ink: #1c2430; --soft: #5b6675;
  --inside: #fff; --order: #4338ca; --points: #0f766e; --coupon: #a34a07; --notification: #b3195b; --publish: #7c3aed;
  --rate: #2563eb; }
@media (prefers-color-scheme: dark) { svg { --card: #12161d; --line: #303845; --ink: #edf1f7; --soft: #a3aebd;
  --inside: #0d1117; --order: #a5b4fc; --points: #5eead4; --coupon: #fcc96b; --notification: #f9a8d4; --publish: #d0b3ff;
  --rate: #60a5fa; } }
text { fill: var(--ink); }
.title { font-size: 17px; font-weight: 700; } .mode { font-size: 15px; font-weight: 700; }
.number { font-size: 20px; font-weight: 700; font-variant-numeric: tabular-nums; }
.told { font-size: 12px; font-weight: 600; } .soft { font-size: 12px; fill: var(--soft); }
.inside { font-size: 12px; font-weight: 600; fill: var(--inside); } .outside { font-size: 12px; }
.card { fill: var(--card); stroke: var(--line); } .grid { stroke: var(--line); }
.answer { stroke: var(--ink); stroke-width: 2; fill: none; }
.order { fill: var(--order); stroke: var(--order); } .points { fill: var(--points); stroke: var(--points); }
.coupon { fill: var(--coupon); stroke: var(--coupon); } .publish { fill: var(--publish); stroke: var(--publish); }
.notification { fill: var(--notification); stroke: var(--notification); }
.later { fill-opacity: .16; stroke-dasharray: 4 3; } .rate { fill: var(--rate); }
`;
