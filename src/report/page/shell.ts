import { createHash } from 'node:crypto'
import { parseHTML } from 'linkedom'
import { chartTheme, useDocument } from '../charts/index.ts'
import { type Html, html, trusted } from '../html.ts'
import { pageScript } from './script.ts'
import { pageStyle } from './style.ts'

useDocument(parseHTML('<html></html>').document as unknown as Document)

const icon =
  'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 16 16%22%3E%3Cpath d=%22M8 1c3 4 5 6.3 5 9a5 5 0 0 1-10 0c0-2.700 2-5 5-9z%22 fill=%22%232a5bc7%22/%3E%3C/svg%3E'

const half = trusted(
  '<svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true"><circle cx="9" cy="9" r="7" fill="none" stroke="currentColor" stroke-width="1.6"/><path d="M9 2a7 7 0 0 1 0 14z" fill="currentColor"/></svg>',
)

/** What stands on a page of its own. */
export interface Page {
  /** A few words above the title: 'inkling clusters, 2026-11-21'. */
  mark: string
  title: string
  /** One line below it. */
  about: Html | string
  body: Html
  /** Added to the pages' own. */
  style?: string
}

/** A page that holds all it shows: no request leaves it, its only script is known by hash, light and dark. */
export function renderPage({ mark, title, about, body, style = '' }: Page): string {
  const policy = [
    `default-src 'none'`,
    `img-src data:`,
    `style-src 'unsafe-inline'`,
    `script-src 'sha256-${createHash('sha256').update(pageScript).digest('base64')}'`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ')
  return `<!doctype html>
${html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="${trusted(icon)}">
<style>${trusted(chartTheme)}${trusted(pageStyle)}${trusted(style)}</style>
<script>${trusted(pageScript)}</script>
</head>
<body>
<header>
<div><p class="mark">${mark}</p><h1>${title}</h1>
<p class="small">${about}</p></div>
<button id="theme" type="button" aria-label="Switch between light and dark">${half}</button>
</header>
<main>
${body}
</main>
<footer>Made by Inkling. This page holds everything it shows and works offline.</footer>
</body>
</html>`}
`
}
