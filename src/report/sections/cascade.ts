import type { CascadeStage } from '../../evaluation/cascade.ts'
import { count, decimal, percent } from '../format.ts'
import { type Html, html } from '../html.ts'
import type { ReportInput } from '../types.ts'

const STAGES = { main: 'main network alone', top: 'asked by the top answer', mass: 'asked by probability' } as const

/** A cascade before and after its specialists; nothing for other models. */
export function cascade({ cascade: stages }: ReportInput): Html | false {
  if (!stages) return false
  const [{ groups }] = stages
  return html`<section aria-labelledby="cascade"><h2 id="cascade">Before and after the specialists</h2>
<p class="say">A specialist is asked about examples that may be of its group of classes: where the main network's answer is one
of them, or where their probabilities together reach a threshold, which was chosen on the validation part. This model does
what is marked.</p>
<div class="card" style="margin-top:20px"><div class="scroll" tabindex="0" role="region" aria-label="Before and after"><table>
<thead><tr><th scope="col">specialists</th><th scope="col">accuracy</th><th scope="col">loss</th>${groups.map(
    ({ classes }) =>
      html`<th scope="col">${classes.join(' / ')} mixed up</th><th scope="col">read as others</th><th scope="col">asked</th>`,
  )}</tr></thead>
<tbody>${stages.map(row)}</tbody></table></div></div></section>`
}

function row({ stage, used, accuracy, loss, groups, thresholds }: CascadeStage): Html {
  return html`<tr><th scope="row" style="min-width:8.5em">${used ? html`<b>${STAGES[stage]}</b>, this model` : STAGES[stage]}</th><td>${percent(accuracy)}</td><td>${decimal(loss)}</td>${groups.map(
    ({ mixedUp, confusion, asked, classes }, s) => {
      const elsewhere = confusion.reduce((sum, counts) => sum + counts[classes.length], 0)
      const from = thresholds && (thresholds[s] > 1 ? ' (never)' : ` (from ${percent(thresholds[s], 1)})`)
      return html`<td>${count(mixedUp)}</td><td>${count(elsewhere)}</td><td>${count(asked)}${from}</td>`
    },
  )}</tr>`
}
