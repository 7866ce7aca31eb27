/**
 * `report.html`: what a run learned and how well, as one page that needs nothing else.
 * Heavy (a chart library and a document to draw in): import it only where a report is written.
 */
import { createHash } from 'node:crypto'
import { parseHTML } from 'linkedom'
import { chartTheme, useDocument } from './charts/index.ts'
import { count } from './format.ts'
import { type Html, html, trusted } from './html.ts'
import { pageScript } from './page/script.ts'
import { pageStyle } from './page/style.ts'
import { classTable } from './sections/classes.ts'
import { curves } from './sections/curves.ts'
import { details } from './sections/details.ts'
import { galleries, gallery } from './sections/gallery.ts'
import { headline } from './sections/headline.ts'
import { learning } from './sections/learning.ts'
import { mixups } from './sections/mixups.ts'
import { rate } from './sections/rate.ts'
import type { ReportInput } from './types.ts'

useDocument(parseHTML('<html></html>').document as unknown as Document)

const icon =
  'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 16 16%22%3E%3Cpath d=%22M8 1c3 4 5 6.3 5 9a5 5 0 0 1-10 0c0-2.700 2-5 5-9z%22 fill=%22%232a5bc7%22/%3E%3C/svg%3E'

const half = trusted(
  '<svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true"><circle cx="9" cy="9" r="7" fill="none" stroke="currentColor" stroke-width="1.6"/><path d="M9 2a7 7 0 0 1 0 14z" fill="currentColor"/></svg>',
)

/**
 * Renders a run as one HTML page: no request leaves it, its only script is known by hash, and everything from
 * the input is escaped. The same input gives the same text.
 */
export function renderReport(input: ReportInput): string {
  const { title, model, data, run } = input
  const pictures = gallery(input)
  const policy = [
    `default-src 'none'`,
    `img-src data:`,
    `style-src 'unsafe-inline'`,
    `script-src 'sha256-${createHash('sha256').update(pageScript).digest('base64')}'`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ')
  const when = run.startedAt ? `, ${run.startedAt.slice(0, 16).replace('T', ' ')}` : ''
  const body: Html = html`<body>
<header>
<div><p class="mark">inkling report${when}</p><h1>${title}</h1>
<p class="small">${model.name} (${count(model.parameters.total)} parameters) on ${data.name}: trained on ${count(data.trainCount)}, ${
    data.validationCount > 0 && html`validated on ${count(data.validationCount)}, `
  }judged on ${count(data.testCount)} examples</p></div>
<button id="theme" type="button" aria-label="Switch between light and dark">${half}</button>
</header>
<main>
${headline(input)}
${learning(input)}
${rate(input)}
${mixups(input, pictures)}
${galleries(input, pictures)}
${classTable(input)}
${curves(input)}
${details(input)}
</main>
<footer>Made by Inkling. This page holds everything it shows and works offline.</footer>
</body>`
  return `<!doctype html>
${html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="${trusted(icon)}">
<style>${trusted(chartTheme)}${trusted(pageStyle)}${pictures?.style}</style>
<script>${trusted(pageScript)}</script>
</head>
${body}
</html>`}
`
}
