/**
 * The colours of charts as CSS custom properties, light and dark: charts name them (`var(--accent)`) and so
 * follow whatever page they stand in. `color-scheme` (or the visitor's system) picks the side.
 */
export const chartTheme = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#faf8f4, #15171b);
  --surface: light-dark(#ffffff, #1c1f24);
  --line: light-dark(#e5e1d8, #30343b);
  --ink: light-dark(#1d1c1a, #ece9e2);
  --muted: light-dark(#68645b, #a09d95);
  --faint: light-dark(#c9c4b8, #4a4e56);
  --accent: light-dark(#2a5bc7, #7ea6ff);
  --mistake: light-dark(#c4472a, #f0805f);
  --series-1: light-dark(#c4472a, #f0805f);
  --series-2: light-dark(#8a6a00, #e0b73c);
  --series-3: light-dark(#2f7d6b, #57c2a8);
}
.chart { display: block; width: 100%; height: auto; overflow: visible; color: var(--muted);
  font: 12.5px/1.3 ui-sans-serif, system-ui, sans-serif; font-variant-numeric: tabular-nums; }
.chart text { white-space: pre; }
.chart a { cursor: pointer; text-decoration: none; outline: none; }
.chart a:hover rect, .chart a:focus-visible rect { stroke: var(--ink); stroke-width: 2px; }
`
