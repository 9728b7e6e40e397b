/** How all pages look: one card, on light and dark screens, from small to large. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c1230; --soft: #6a6080; --card: #fff; --line: #e6e0f0;
  --hot: #d6246e; --hot-ink: #fff; --good: #117a4b; --from: #ffe3ec; --to: #e5e0ff; }
@media (prefers-color-scheme: dark) { :root { --ink: #f4effc; --soft: #b3a8c9; --card: #221a33;
  --line: #3a2f52; --hot: #ff5c9a; --hot-ink: #2a0616; --good: #5fd6a0; --from: #2a1022; --to: #16112b; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.25rem;
  font: 1.0625rem/1.55 system-ui, sans-serif; color: var(--ink);
  background: linear-gradient(135deg, var(--from), var(--to)) fixed; }
main { width: 100%; max-width: 27rem; padding: clamp(1.5rem, 6vw, 2.5rem); border-radius: 1.5rem;
  background: var(--card); border: 1px solid var(--line); box-shadow: 0 1.5rem 4rem #2a104022; }
.kicker { margin: 0; font-size: .8125rem; font-weight: 700; letter-spacing: .12em;
  text-transform: uppercase; color: var(--hot); }
h1 { margin: .25rem 0 .75rem; font-size: clamp(1.75rem, 7vw, 2.375rem); line-height: 1.15; }
p, form { margin: 0 0 1rem; } main > :last-child { margin-bottom: 0; } .soft { color: var(--soft); font-size: .9375rem; }
.stock { display: flex; justify-content: space-between; font-variant-numeric: tabular-nums; margin: 0 0 .375rem; }
meter { display: block; width: 100%; height: 1.125rem; margin-bottom: 1.5rem; background: none; }
meter::-webkit-meter-bar { border: 0; border-radius: 1rem; background: var(--line); }
meter::-webkit-meter-optimum-value { border-radius: 1rem; background: var(--hot); }
meter::-moz-meter-bar { background: var(--hot); }
label { display: block; font-weight: 600; margin-bottom: .375rem; }
input, button, .button { width: 100%; font: inherit; padding: .8rem 1rem; border-radius: .8rem; }
input { border: 1px solid var(--soft); background: transparent; color: inherit; margin-bottom: 1rem; }
button, .button { display: block; border: 0; background: var(--hot); color: var(--hot-ink);
  font-weight: 700; text-align: center; text-decoration: none; cursor: pointer; }
:focus-visible { outline: 3px solid var(--hot); outline-offset: 3px; }
.good { color: var(--good); } code { font-size: .875em; overflow-wrap: anywhere; }
.whole { display: block; font-size: .75rem; }
.bar { height: .375rem; border-radius: 1rem; overflow: hidden; background: var(--line); margin-bottom: 1.25rem; }
.bar::before { content: ''; display: block; width: 40%; height: 100%; border-radius: inherit;
  background: var(--hot); animation: wait 1.4s ease-in-out infinite alternate; }
@keyframes wait { from { transform: translateX(-30%); } to { transform: translateX(180%); } }
@media (prefers-reduced-motion: reduce) { .bar::before { animation: none; width: 100%; opacity: .5; } }
`;
