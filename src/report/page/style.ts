/** The report's style; colours come from `chartTheme`. */
export const pageStyle = `
:root[data-theme='light'] { color-scheme: light; }
:root[data-theme='dark'] { color-scheme: dark; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15.5px/1.55 ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
main, header, footer { max-width: 1120px; margin: 0 auto; padding: 0 28px; }
h1, h2, .big { font-family: 'Iowan Old Style', 'Palatino Linotype', Charter, 'Bitstream Charter', Georgia, serif; font-weight: 600; }
h1 { font-size: 21px; line-height: 1.3; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 25px; line-height: 1.25; margin: 0 0 6px; }
h3 { font-size: 14px; font-weight: 600; margin: 0 0 2px; }
p { margin: 0; }
.say { color: var(--muted); max-width: 68ch; }
.small { font-size: 13px; line-height: 1.45; color: var(--muted); }
.num { font-variant-numeric: tabular-nums; }
header { display: flex; align-items: flex-start; justify-content: space-between; gap: 20px; padding-top: 30px; }
header .mark { color: var(--muted); font-size: 13px; letter-spacing: 0.02em; }
#theme { display: none; flex: none; width: 38px; height: 38px; padding: 0; border: 1px solid var(--line); border-radius: 50%;
  background: var(--surface); color: var(--ink); cursor: pointer; }
.js #theme { display: grid; place-items: center; }
#theme:hover { border-color: var(--faint); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
section { margin-top: 64px; }
.card { background: var(--surface); border: 1px solid var(--line); border-radius: 14px; padding: 20px 22px; min-width: 0; }
.grid { display: grid; gap: 20px; margin-top: 20px; }
.two { grid-template-columns: repeat(2, minmax(0, 1fr)); }
.three { grid-template-columns: repeat(3, minmax(0, 1fr)); }
.card > .chart, .card > * + .scroll { margin-top: 12px; }
.card > .small { margin-top: 10px; }
h3 + .small { margin-top: 0 !important; }

.hero { margin-top: 34px; display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 7fr); gap: 48px; align-items: center; }
.big { font-size: clamp(64px, 9.5vw, 108px); line-height: 1; letter-spacing: -0.03em; font-variant-numeric: lining-nums; }
.big small { font-size: 0.45em; letter-spacing: 0; color: var(--muted); margin-left: 0.12em; }
.hero .lead { font-size: 18px; line-height: 1.45; margin-top: 14px; }
.hero .lead + .small { margin-top: 10px; max-width: 46ch; }
.facts { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 1px; background: var(--line);
  border: 1px solid var(--line); border-radius: 14px; overflow: hidden; margin: 0; }
.facts > div { background: var(--surface); padding: 15px 18px 16px; }
.facts dt { font-size: 13px; color: var(--muted); }
.facts dd { margin: 0; }
.facts .value { font-size: 22px; line-height: 1.35; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.warn { margin: 22px 0 0; padding: 13px 18px; list-style: none; border: 1px solid var(--mistake); border-radius: 12px;
  background: color-mix(in oklab, var(--mistake) 9%, var(--surface)); }
.warn li + li { margin-top: 6px; }

.key { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 13px; color: var(--muted); margin: 4px 0 0; padding: 0; list-style: none; }
.key li { display: flex; align-items: center; gap: 7px; }
.key i { width: 18px; height: 0; border-top: 2.5px solid var(--c); border-radius: 2px; flex: none; }
.key i.thin { border-top-width: 1.5px; }
.key i.dash { border-top-style: dashed; border-top-width: 1.5px; }
.key i.block { height: 11px; width: 14px; border: 0; background: color-mix(in oklab, var(--c) 35%, var(--surface)); border-radius: 2px; }
.key i.dot { width: 6px; height: 6px; border: 0; border-radius: 50%; background: var(--c); }
.key i.dot.ring { background: none; border: 1.5px solid var(--c); }
.key i.dot.large { width: 10px; height: 10px; }
.key i.tick { width: 0; height: 13px; border: 0; border-left: 2.5px solid var(--c); margin: 0 6px; }

.mixups { grid-template-columns: minmax(0, 13fr) minmax(0, 9fr); align-items: start; }
.mixups .matrix { padding: 16px 18px; }
.cells { position: sticky; top: 20px; }
.scroll { overflow-x: auto; }
.tip { position: fixed; z-index: 9; max-width: min(320px, 90vw); padding: 6px 10px; border-radius: 8px; pointer-events: none;
  background: var(--ink); color: var(--paper); font-size: 13px; line-height: 1.4; opacity: 0; transition: opacity 0.12s; }
.tip.on { opacity: 1; }
.cell { display: none; }
.cell:target, :root:not(.js) .cells:not(:has(.cell:target)) .cell.first, .js .cell.open { display: block; }
.js .cell:target:not(.open) { display: none; }
.pics { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 14px; }
.pic { display: block; flex: none; width: 56px; aspect-ratio: var(--ratio); border-radius: 6px; background-color: #000;
  background-image: var(--sprite); background-size: var(--sheet); image-rendering: pixelated; }
.pic.trace { width: 126px; background: var(--surface); border: 1px solid var(--line); overflow: hidden; }
.trace svg { display: block; width: 100%; height: 100%; }
.trace use { fill: none; stroke-width: 1; }
.worst { list-style: none; margin: 20px 0 0; padding: 14px 0 0; border-top: 1px solid var(--line); }
.cells > div:empty { display: none; }
.cells > div:empty + .worst { margin: 0; padding: 0; border: 0; }
.worst li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 12px; padding: 3px 0; font-size: 14px; }
.worst a { color: inherit; text-decoration-color: var(--faint); text-underline-offset: 3px; overflow-wrap: anywhere; }
.worst a:hover { text-decoration-color: var(--ink); }

.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(176px, 1fr)); gap: 14px; margin: 20px 0 0; padding: 0; list-style: none; }
.cards > li { display: grid; grid-template-columns: 68px minmax(0, 1fr); gap: 12px; padding: 11px; background: var(--surface);
  border: 1px solid var(--line); border-radius: 12px; }
.cards .pic { width: 68px; }
.cards.traces > li { grid-template-columns: minmax(0, 1fr); }
.cards.traces .pic { width: 100%; }
.cards b { font-weight: 600; overflow-wrap: anywhere; }
.cards .truth { font-size: 13px; line-height: 1.35; overflow-wrap: anywhere; }
.bars { margin-top: 5px; font-size: 11.5px; line-height: 1.35; color: var(--muted); }
.bars span { display: grid; grid-template-columns: minmax(1.2em, max-content) minmax(8px, 1fr) 3em; gap: 5px; align-items: center; }
.bars em { font-style: normal; max-width: 5.2em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.bars i { height: 5px; border-radius: 3px; background: linear-gradient(var(--c) 0 0) left / var(--p) 100% no-repeat, var(--line); }
.bars u { text-decoration: none; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
details { margin-top: 14px; }
summary { cursor: pointer; color: var(--muted); width: fit-content; border-radius: 4px; }
summary:hover { color: var(--ink); }

table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 6px 0 6px 16px; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { font-weight: 500; color: var(--muted); font-size: 13px; vertical-align: bottom; }
tr > :first-child { text-align: left; padding-left: 0; }
tbody th { color: var(--ink); font-size: 14px; white-space: normal; overflow-wrap: anywhere; }
tbody tr:last-child > * { border-bottom: 0; }
tbody + tfoot > tr:first-child > * { border-top: 1px solid var(--faint); }
tfoot tr > * { border-bottom: 0; padding-bottom: 2px; }
td a { color: var(--accent); text-underline-offset: 3px; }
td.text, th.text { text-align: left; }
.share { display: inline-block; width: 64px; height: 5px; border-radius: 3px; vertical-align: middle; margin-left: 10px;
  background: linear-gradient(var(--accent) 0 0) left / var(--p) 100% no-repeat, var(--line); }
.list { table-layout: fixed; }
.list { font-size: 13.5px; }
.list td { vertical-align: top; }
.list th { width: 44%; vertical-align: top; font-size: 13.5px; font-weight: 400; color: var(--muted); }
.list td { text-align: left; white-space: normal; overflow-wrap: anywhere; }
footer { margin-top: 72px; padding-bottom: 40px; color: var(--muted); font-size: 13px; }

@media (max-width: 900px) {
  .hero { grid-template-columns: minmax(0, 1fr); gap: 28px; }
  .mixups, .three { grid-template-columns: minmax(0, 1fr); }
}
@media (max-width: 720px) {
  main, header, footer { padding-left: 16px; padding-right: 16px; }
  .two { grid-template-columns: minmax(0, 1fr); }
  .facts { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .facts > div { padding: 12px 14px; }
  .chart:not([role=group]) { font-size: 14px; }
  .cells { position: static; }
  .card { padding: 16px; border-radius: 12px; }
  .mixups .matrix { padding: 12px 8px; }
  section { margin-top: 48px; }
  .cards { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 10px; }
  .cards > li { grid-template-columns: 52px minmax(0, 1fr); gap: 10px; padding: 9px; }
  .cards .pic { width: 52px; }
  .share { width: 40px; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } .tip { transition: none; } }
@media print {
  body { background: #fff; } #theme, details:not([open]) { display: none !important; } .card, .cards > li { break-inside: avoid; }
}
`
