import type { Scores } from '../../evaluation/types.ts'
import { area, count, percent, percentDigits } from '../format.ts'
import { type Html, html } from '../html.ts'
import type { ReportInput } from '../types.ts'

/** Scores per class with their averages. */
export function classTable({ evaluation: e }: ReportInput): Html {
  const digits = Math.max(1, percentDigits(e.count))
  const row = (name: string, s: Scores, support: number) => html`<tr><th scope="row">${name}</th>
<td>${count(support)}</td><td>${percent(s.precision, digits)}</td><td>${percent(s.recall, digits)}</td>
<td>${percent(s.specificity, digits)}</td><td>${percent(s.f1, digits)}</td><td>${area(s.rocAuc)}</td></tr>`
  return html`<section aria-labelledby="classes"><h2 id="classes">Class by class</h2>
<p class="say">Precision: of what was read as the class, the share that is it. Recall: of the class, the share found. Specificity:
of the rest, the share left alone. F1 joins precision and recall. ROC area: chance that one of the class scores above one that is not.</p>
<div class="grid"><div class="card"><div class="scroll" tabindex="0" role="region" aria-label="Scores per class"><table>
<thead><tr><th scope="col">Class</th><th scope="col">Examples</th><th scope="col">Precision</th><th scope="col">Recall</th>
<th scope="col">Specificity</th><th scope="col">F1</th><th scope="col">ROC area</th></tr></thead>
<tbody>${e.perClass.map(c => row(c.label, c, c.support))}</tbody>
<tfoot>${row('Mean of classes', e.macro, e.count)}${row('Mean by examples', e.weighted, e.count)}</tfoot>
</table></div></div></div>
</section>`
}
