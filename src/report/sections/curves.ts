import { distributionChart, hardestCurves, reliabilityChart, rocChart, rocZoom } from '../charts/index.ts'
import { area, percent } from '../format.ts'
import { type Html, html, trusted } from '../html.ts'
import type { ReportInput } from '../types.ts'

/** ROC curves, reliability and class distribution. */
export function curves({ evaluation: e, data }: ReportInput): Html {
  const hardest = hardestCurves(e.roc)
  const zoom = rocZoom(e.roc)
  const trained = data.trainDistribution.length > 0
  const roc = rocChart(e.roc, {
    name: 'roc',
    description: `ROC curves of ${e.classes.length} classes; the class table lists their areas`,
  })
  const reliability = reliabilityChart(e.calibration.bins, {
    name: 'reliability',
    description: `Reliability diagram: calibration error ${percent(e.calibration.ece)}`,
  })
  const distribution = distributionChart(
    e.perClass.map((c, k) => ({ label: c.label, train: data.trainDistribution[k] ?? 0, test: c.support })),
    { name: 'distribution', description: 'Share of every class in the training and the test data' },
  )
  const { ece, meanConfidence } = e.calibration
  const sure =
    Math.abs(meanConfidence - e.accuracy) < 0.005
      ? 'about as sure as it should be'
      : meanConfidence > e.accuracy
        ? 'too sure of itself'
        : 'less sure than it could be'
  return html`<section aria-labelledby="curves"><h2 id="curves">How far to trust it</h2>
<p class="say">A single accuracy hides how a model weighs its answers and what it was given to learn from.</p>
<div class="grid three">
<div class="card"><h3>ROC curves</h3>
<ul class="key">${hardest.map(
    (r, i) => html`<li><i style="--c:var(--series-${i + 1})"></i>${r.label} ${area(r.auc)}</li>`,
  )}${e.classes.length > hardest.length && html`<li><i class="thin" style="--c:var(--faint)"></i>other classes</li>`}</ul>
${trusted(roc)}
<p class="small">What finding more of a class costs in false alarms; the closer to the upper left corner, the better.${
    zoom < 1 && ` Only that corner is shown: ${zoom * 100} % of each axis.`
  }</p></div>
<div class="card"><h3>Reliability</h3>
<ul class="key"><li><i class="block" style="--c:var(--accent)"></i>right</li><li><i class="dash" style="--c:var(--muted)"></i>as claimed</li></ul>
${trusted(reliability)}
<p class="small">Of the answers given with 90 % confidence, 90 % should be right. This model claims ${percent(meanConfidence, 1)} on
average and is ${sure}; calibration error ${percent(ece)}. Dashed bars hold fewer than 20 examples.</p></div>
<div class="card"><h3>Class distribution</h3>
<ul class="key">${trained && html`<li><i class="block" style="--c:var(--accent)"></i>training</li>`}<li><i class="tick" style="--c:var(--ink)"></i>test</li></ul>
${trusted(distribution)}
<p class="small">Classes seen rarely are learned badly, and hardly show in the overall accuracy.</p></div>
</div></section>`
}
