/**
 * `report.html`: what a run learned and how well, as one page that needs nothing else.
 * Heavy (a chart library and a document to draw in): import it only where a report is written.
 */
import { count } from './format.ts'
import { html } from './html.ts'
import { renderPage } from './page/shell.ts'
import { cascade } from './sections/cascade.ts'
import { classTable } from './sections/classes.ts'
import { curves } from './sections/curves.ts'
import { details } from './sections/details.ts'
import { galleries, gallery } from './sections/gallery.ts'
import { headline } from './sections/headline.ts'
import { learning } from './sections/learning.ts'
import { mixups } from './sections/mixups.ts'
import { rate } from './sections/rate.ts'
import type { ReportInput } from './types.ts'

/** Renders a run as one HTML page; everything from the input is escaped. The same input gives the same text. */
export function renderReport(input: ReportInput): string {
  const { title, model, data, run } = input
  const pictures = gallery(input)
  const when = run.startedAt ? `, ${run.startedAt.slice(0, 16).replace('T', ' ')}` : ''
  return renderPage({
    mark: `inkling report${when}`,
    title,
    about: html`${model.name} (${count(model.parameters.total)} parameters) on ${data.name}: trained on ${count(data.trainCount)}, ${
      data.validationCount > 0 && html`validated on ${count(data.validationCount)}, `
    }judged on ${count(data.testCount)} examples`,
    body: html`${pictures?.shapes}${headline(input)}
${cascade(input)}
${learning(input)}
${rate(input)}
${mixups(input, pictures)}
${galleries(input, pictures)}
${classTable(input)}
${curves(input)}
${details(input)}`,
    style: pictures?.style.text,
  })
}
