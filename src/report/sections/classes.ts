import type { Scores } from '../../evaluation/types.ts'
import { area, count, percent, percentDigits } from '../format.ts'
import { type Html, html } from '../html.ts'
import type { ReportInput } from '../types.ts'

/** Scores per class with their averages. */
export function classTable({ evaluation: e }: ReportInput): Html {
  const digits = Math.max(1, percentDigits(e.count))
  // A share of nothing is counted as 0 in the averages, but is no score of the class.
  const row = (name: string, s: Scores, support: number, predicted: number) => html`<tr><th scope="row">${name}</th>
<td>${count(support)}</td><td>${percent(predicted > 0 ? s.precision : null, digits)}</td>
<td>${percent(support > 0 ? s.recall : null, digits)}</td><td>${percent(s.specificity, digits)}</td>
<td>${percent(support + predicted > 0 ? s.f1 : null, digits)}</td><td>${area(s.rocAuc)}</td></tr>`
  const predicted = (k: number) => e.confusion.reduce((sum, counts) => sum + counts[k], 0)
  return html`<section aria-labelledby="classes"><h2 id="classes">Class by class</h2>
<p class="say">Precision: of what was read as the class, the share that is it. Recall: of the class, the share found. Specificity:
of the rest, the share left alone. F1 joins precision and recall. ROC area: chance that one of the class scores above one that is not.</p>
<div class="grid"><div class="card"><div class="scroll" tabindex="0" role="region" aria-label="Scores per class"><table>
<thead><tr><th scope="col">Class</th><th scope="col">Examples</th><th scope="col">Precision</th><th scope="col">Recall</th>
<th scope="col">Specificity</th><th scope="col">F1</th><th scope="col">ROC area</th></tr></thead>
<tbody>${e.perClass.map((c, k) => row(c.label, c, c.support, predicted(k)))}</tbody>
<tfoot>${row('Mean of classes', e.macro, e.count, e.count)}${row('Mean by examples', e.weighted, e.count, e.count)}</tfoot>
</table></div></div></div>
</section>`
}
