import { smoothed } from '../../training/rateCurve.ts'
import { rateChart } from '../charts/index.ts'
import { decimal } from '../format.ts'
import { type Html, html, trusted } from '../html.ts'
import type { ReportInput } from '../types.ts'

/** The range test that found the learning rate, where there was one. */
export function rate({ rateTest: test }: ReportInput): Html {
  if (!test) return html``
  const { losses, steps } = test
  const chart = rateChart(test, {
    name: 'rate',
    description: `Loss of ${losses.length} batches at rates from ${test.from} to ${test.to}; ${test.rate} was taken`,
  })
  const facts: [string, string][] = [
    ['taken', String(test.rate)],
    ['rates tried', `${test.from} to ${test.to}`],
    ['batches', losses.length < steps ? `${losses.length} of ${steps}: then the loss ran away` : String(steps)],
    ['loss of the first batch', decimal(losses[0])],
    ['lowest smoothed loss', decimal(Math.min(...smoothed(losses)))],
  ]
  return html`<section aria-labelledby="rate"><h2 id="rate">How its learning rate was found</h2>
<p class="say">Before the training a copy of the model learned from ${losses.length} batches while the rate grew from one to the
next. Too low a rate changes nothing, too high a one throws the weights about.</p>
<div class="grid two">
<div class="card"><h3>Loss against learning rate</h3>
<ul class="key"><li><i class="dot" style="--c:var(--muted)"></i>one batch</li><li><i style="--c:var(--accent)"></i>smoothed</li>
<li><i class="dot large" style="--c:var(--mistake)"></i>taken</li></ul>
${trusted(chart)}</div>
<div class="card"><h3>Range test</h3><table class="list"><tbody>${facts.map(
    ([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`,
  )}</tbody></table>
<p class="small">The rate taken is the one from which on four fifths of the fall of the smoothed loss are done: near the lowest point
a rate is too high for a whole training, and far from it the training is slow. A schedule changes it as the training goes on.</p></div>
</div></section>`
}
