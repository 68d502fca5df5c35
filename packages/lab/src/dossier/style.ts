const colors = `
:root {
  color-scheme: light dark;
  --paper: #fdfdfb; --ink: #1d2327; --soft: #5b656d; --rule: #e2e3de; --tint: #f4f4ef;
  --filled: #1f6f5c; --missing: #b3372f; --stale: #96650b;
  --c0: #0b6fb8; --c1: #d9661f; --c2: #2e8b57; --c3: #8a5cc2; --c4: #b08900; --c5: #b8447a; --error: #d0021b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15181b; --ink: #e4e6e3; --soft: #9aa4ab; --rule: #2e3439; --tint: #1d2226;
    --filled: #63c2a5; --missing: #f0837a; --stale: #e0b257;
    --c0: #62b0ea; --c1: #f19a5b; --c2: #6cc796; --c3: #b799e8; --c4: #d6b656; --c5: #e58ab3; --error: #ff6b6b;
  }
}
`.trim();

const figures = `
svg { font: 11.5px system-ui, "Noto Sans", "DejaVu Sans", sans-serif; }
svg .title { fill: var(--ink); font-size: 13px; font-weight: 600; }
svg .tick { fill: var(--soft); font-variant-numeric: tabular-nums; }
svg .grid { stroke: var(--rule); }
svg .mark { stroke: var(--stale); stroke-dasharray: 3 3; }
svg .curve { fill: none; stroke-width: 1.8; stroke-linejoin: round; stroke-linecap: round; }
svg .band { opacity: .18; stroke: none; }
${[0, 1, 2, 3, 4, 5].map((index) => `svg .curve.c${index} { stroke: var(--c${index}); }`).join(" ")}
${[0, 1, 2, 3, 4, 5].map((index) => `svg .dot.c${index}, svg .band.c${index} { fill: var(--c${index}); }`).join(" ")}
svg .faint { opacity: .45; stroke-width: 1; } svg .axis { stroke: var(--soft); }
svg .truth { stroke: var(--soft); stroke-width: 1; fill: none; } svg .dot { fill: var(--ink); }
svg .arrow { stroke: var(--error); stroke-width: 1.2; fill: none; stroke-linecap: round; stroke-linejoin: round; }
svg .bars { fill: var(--c0); opacity: .75; } svg .sample { image-rendering: pixelated; }
svg .level { fill: var(--c0); fill-opacity: .09; stroke: var(--c0); stroke-opacity: .45; stroke-width: .7; }
svg .start { fill: var(--paper); stroke: var(--c1); stroke-width: 1.8; }
svg .paper { fill: var(--paper); }
svg .cell { fill: var(--c0); } svg .cell.wrong { fill: var(--c1); }
svg .frame { fill: none; stroke: var(--rule); }
svg .count { fill: var(--ink); font-variant-numeric: tabular-nums; } svg .count.on { fill: var(--paper); }
`.trim();

/** What pictures need, in a page or as files of their own. */
export const figureStyle = `${colors}\n${figures}`;

/** The page's style: light, dark and print; nothing is loaded. */
export const style = `
${colors}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif;
  overflow-wrap: anywhere;
}
header, nav, main, footer { max-width: 68rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 3rem); }
header { padding-top: clamp(2rem, 6vw, 4.5rem); }
.kicker { margin: 0; color: var(--soft); font-size: .8rem; letter-spacing: .09em; text-transform: uppercase; }
h1 { margin: .2rem 0 .4rem; font-size: clamp(1.8rem, 5vw, 2.7rem); line-height: 1.15; font-weight: 650; letter-spacing: -.02em; }
.lead { margin: 0; max-width: 42rem; color: var(--soft); font-size: 1.1rem; }
.counts { display: flex; flex-wrap: wrap; gap: .4rem 1.6rem; margin: 1.4rem 0 0; padding: 0; list-style: none; }
.counts b { font-size: 1.35rem; font-weight: 600; font-variant-numeric: tabular-nums; margin-inline-end: .35rem; }
nav ol { columns: 15rem auto; gap: 2rem; margin: 2rem 0 0; padding: 1rem 0; border-block: 1px solid var(--rule); list-style: none; font-size: .92rem; }
nav a { color: inherit; text-decoration: none; }
nav a:hover, nav a:focus-visible { text-decoration: underline; }
section { padding: 2.4rem 0 .4rem; }
h2 { display: flex; flex-wrap: wrap; align-items: baseline; gap: .2rem .8rem; margin: 0 0 1rem; font-size: 1.35rem; line-height: 1.25; font-weight: 630; letter-spacing: -.01em; }
h2 small { color: var(--soft); font-size: .8rem; font-weight: 400; letter-spacing: 0; }
h3 { margin: 1.8rem 0 .5rem; font-size: 1rem; font-weight: 630; }
p { margin: .6rem 0; max-width: 46rem; }
dl { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; margin: .8rem 0; font-size: .92rem; }
dt, dd { margin: 0; padding: .32rem 0; border-bottom: 1px solid var(--rule); }
dt { color: var(--soft); padding-inline-end: 1.5rem; }
code { font: .86em/1.5 ui-monospace, "SF Mono", "DejaVu Sans Mono", monospace; }
.scroll { overflow-x: auto; margin: .8rem 0; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: .36rem .9rem .36rem 0; border-bottom: 1px solid var(--rule); text-align: start; vertical-align: top; overflow-wrap: break-word; }
th.long, td.long { overflow-wrap: anywhere; min-width: 9rem; }
td.n.long { white-space: normal; }
th { color: var(--soft); font-weight: 500; vertical-align: bottom; }
th.n, td.n { text-align: end; padding: .36rem 0 .36rem .9rem; overflow-wrap: normal; }
td.n { white-space: nowrap; }
th.n:first-child, td.n:first-child { padding-left: 0; text-align: start; }
figure.quote { margin: 1.1rem 0; padding: .1rem 0 .1rem 1rem; border-inline-start: 3px solid var(--filled); }
figure.quote.stale { border-color: var(--stale); }
figure.quote b { font-size: .92rem; font-weight: 630; }
blockquote { margin: .15rem 0; max-width: 46rem; white-space: pre-wrap; }
figcaption { color: var(--soft); font-size: .85rem; }
.notice { margin: .7rem 0; padding: .5rem .9rem; background: var(--tint); border-inline-start: 3px solid; font-size: .92rem; max-width: none; }
.notice.filled { border-color: var(--filled); }
.notice.missing { border-color: var(--missing); }
.notice.stale { border-color: var(--stale); }
.status { white-space: nowrap; }
.status::before { content: ""; display: inline-block; width: .55em; height: .55em; margin-inline-end: .5em; border-radius: 50%; background: currentColor; }
.filled > .dot, .status.filled { color: var(--filled); }
.missing > .dot, .status.missing { color: var(--missing); }
.stale > .dot, .status.stale { color: var(--stale); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap: 1.6rem 2.4rem; margin: 1.4rem 0; }
.matrix { max-width: 34rem; margin: 1.4rem 0; }
.figures { display: grid; gap: 2rem; max-width: 46rem; margin: 1.4rem 0; }
svg { display: block; width: 100%; height: auto; }
${figures}
footer { margin-top: 3rem; padding-bottom: 4rem; }
footer p { border-top: 1px solid var(--rule); padding-top: 1rem; color: var(--soft); font-size: .85rem; max-width: none; }
@media (max-width: 34rem) {
  dl { grid-template-columns: 1fr; }
  dt { border: 0; padding-bottom: 0; }
  dd { padding-top: 0; }
  table { font-size: .84rem; }
  th, td { padding-inline-end: .6rem; }
}
@media print {
  :root {
    color-scheme: light;
    --paper: #fff; --ink: #000; --soft: #444; --rule: #ccc; --tint: #f5f5f2;
    --filled: #1f6f5c; --missing: #b3372f; --stale: #96650b; --c0: #0b6fb8; --c1: #d9661f;
    --c2: #2e8b57; --c3: #8a5cc2; --c4: #b08900; --c5: #b8447a; --error: #d0021b;
  }
  body { font-size: 10.5pt; }
  nav { display: none; }
  h2, h3 { break-after: avoid; }
  tr, dt, dd, svg, figure, .notice { break-inside: avoid; }
  .scroll { overflow: visible; }
}
`.trim();
