import { type CurvePoint, curveChart } from '../charts/index.ts'
import { count, decimal, duration, percent, plural } from '../format.ts'
import { type Html, html, trusted } from '../html.ts'
import type { EpochRecord, ReportInput } from '../types.ts'

/** Loss and accuracy over the epochs, and the same as a table. */
export function learning({ history, run }: ReportInput): Html {
  if (history.length === 0) return html``
  const validated = history.some(h => Number.isFinite(h.validationLoss))
  const points = (
    training: (h: EpochRecord) => number | null | undefined,
    validation: (h: EpochRecord) => number | null | undefined,
  ) =>
    history.map(
      (h): CurvePoint => ({ epoch: h.epoch, training: training(h) ?? null, validation: validation(h) ?? null }),
    )
  const kept = typeof run.bestEpoch === 'number' ? run.bestEpoch : undefined
  const key = html`<ul class="key">
<li><i class="thin" style="--c:var(--muted)"></i>training</li>
${validated && html`<li><i style="--c:var(--accent)"></i>validation</li>`}
${kept !== undefined && history.length > 1 && html`<li><i class="dash" style="--c:var(--muted)"></i>epoch ${kept}, kept</li>`}
</ul>`
  const loss = curveChart(
    points(
      h => h.loss,
      h => h.validationLoss,
    ),
    {
      name: 'loss',
      description: `Loss over ${plural(history.length, 'epoch')}; the table below lists the values`,
      measure: 'loss',
      kept,
    },
  )
  const accuracy = curveChart(
    points(
      h => h.accuracy,
      h => h.validationAccuracy,
    ),
    {
      name: 'accuracy',
      description: `Accuracy over ${plural(history.length, 'epoch')}; the table below lists the values`,
      measure: 'accuracy',
      percent: true,
      kept,
    },
  )
  return html`<section aria-labelledby="learning"><h2 id="learning">How it learned</h2>
<p class="say">Training values are means over each epoch, taken while it learned.${
    validated &&
    ' Validation examples are never trained on: where their curve turns while training goes on improving, the model has begun to learn by heart.'
  }</p>
<div class="grid two">
<div class="card"><h3>Loss</h3>${key}${trusted(loss)}</div>
<div class="card"><h3>Accuracy</h3>${key}${trusted(accuracy)}</div>
</div>
<details><summary>Every epoch in numbers</summary><div class="card" style="margin-top:12px"><div class="scroll" tabindex="0" role="region" aria-label="Epochs"><table>
<thead><tr><th scope="col">Epoch</th><th scope="col">Loss</th><th scope="col">Accuracy</th>
${validated && html`<th scope="col">Validation loss</th><th scope="col">Validation accuracy</th>`}
<th scope="col">Rate</th><th scope="col">Time</th><th scope="col">Examples/s</th></tr></thead>
<tbody>${history.map(
    h => html`<tr><th scope="row">${h.epoch}</th><td>${decimal(h.loss)}</td><td>${percent(h.accuracy ?? null)}</td>
${validated && html`<td>${decimal(h.validationLoss)}</td><td>${percent(h.validationAccuracy ?? null)}</td>`}
<td>${Number(h.learningRate.toPrecision(3))}</td><td>${duration(h.seconds)}</td><td>${count(h.examplesPerSecond)}</td></tr>`,
  )}</tbody></table></div></div></details>
</section>`
}
