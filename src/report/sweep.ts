/** The page of `inkling sweep`: the best trial, accuracy over the epochs and along each axis, the table of all. */
import { trialName } from '../training/sweep/axes.ts'
import type { SweepResult } from '../training/sweep/sweep.ts'
import { axisChart, courseChart, type SweepTrial } from './charts/sweep.ts'
import { count, decimal, duration, percent, plural } from './format.ts'
import { type Html, html, trusted } from './html.ts'
import { renderPage } from './page/shell.ts'

type Trial = SweepResult['trials'][number]

const style = `
.sweep { margin-top: 34px; }
.course { margin-top: 20px; }
.course .chart { max-width: 860px; margin: 0 auto; }
.trials tbody th { white-space: nowrap; }
@media (max-width: 720px) { .sweep > div:last-child { grid-column: 1 / -1; } }
`

/** One page that needs nothing else. */
export function renderSweep(result: SweepResult, made: string): string {
  const { model, data, trials, rungs } = result
  const axes = Object.keys(trials[0].values)
  const drawn = trials.map(trial => forCharts(trial, trial.id === result.best.id))
  return renderPage({
    mark: `inkling sweep, ${made.slice(0, 16).replace('T', ' ')}`,
    title: `${model} on ${data}: ${plural(trials.length, 'trial')}`,
    about: html`${axes.join(', ')}; compared by validation accuracy${
      rungs.length > 1 && html`; the better third goes on after epoch ${rungs.slice(0, -1).join(' and ')}`
    }`,
    body: html`${result.warnings.length > 0 && html`<ul class="warn" aria-label="Warnings">${result.warnings.map(w => html`<li>${w}</li>`)}</ul>`}
${headline(result)}
<section aria-labelledby="course"><h2 id="course">How they learned</h2>
<p class="say">Validation accuracy after each epoch; the best trial is blue${
      rungs.length > 1 && ', at the dashed lines the worse two thirds were stopped'
    }.</p>
<div class="card course">${trusted(
      courseChart(drawn, rungs, { name: 'course', description: 'Validation accuracy of all trials over the epochs' }),
    )}</div></section>
<section aria-labelledby="axes"><h2 id="axes">What mattered</h2>
<p class="say">The best epoch of each trial along each axis; trials that were stopped early are faint.</p>
<div class="grid two">${axes.map(
      (axis, i) =>
        html`<div class="card"><h3>${axis}</h3>${trusted(axisChart(drawn, axis, { name: `axis-${i}`, description: `Accuracy by ${axis}` }))}</div>`,
    )}</div></section>
${table(result, axes)}`,
    style,
  })
}

const forCharts = ({ id, values, state, course, validationAccuracy }: Trial, best: boolean): SweepTrial => ({
  ...{ id, values, state, best, name: trialName(values) },
  ...{ course: course.map(({ accuracy }) => accuracy), accuracy: validationAccuracy },
})

function headline({ best, trials, seconds }: SweepResult): Html {
  const of = (state: Trial['state']) => trials.filter(t => t.state === state).length
  const cells: [string, string, string][] = [
    ['best on validation', percent(best.validation?.accuracy ?? null), `trial ${best.id}: ${trialName(best.values)}`],
    [
      'on the test part',
      percent(best.test?.accuracy ?? null),
      best.test ? 'judged for the best trial alone' : 'there is no test part',
    ],
    [
      'trials',
      count(trials.length),
      `${of('finished')} to the end, ${of('stopped')} stopped early, ${of('failed')} failed; ${duration(seconds)} of training`,
    ],
  ]
  return html`<dl class="facts sweep">${cells.map(
    ([name, value, note]) =>
      html`<div><dt>${name}</dt><dd class="value">${value}</dd><dd class="small">${note}</dd></div>`,
  )}</dl>`
}

function table({ trials, best }: SweepResult, axes: readonly string[]): Html {
  return html`<section aria-labelledby="all"><h2 id="all">All trials</h2>
<p class="say">From best to worst; those that were trained to the end first.</p>
<div class="card" style="margin-top:20px"><div class="scroll" tabindex="0" role="region" aria-label="All trials"><table class="trials">
<thead><tr><th scope="col">trial</th>${axes.map(axis => html`<th scope="col">${axis}</th>`)}<th scope="col">validation</th><th scope="col">loss</th><th scope="col">trained</th><th scope="col">parameters</th><th scope="col">time</th><th scope="col" class="text">state</th></tr></thead>
<tbody>${trials.map(
    t =>
      html`<tr><th scope="row">${t.id === best.id ? html`<b>${t.id}</b>` : t.id}</th>${axes.map(axis => html`<td>${String(t.values[axis])}</td>`)}<td>${percent(t.validationAccuracy)}</td><td>${decimal(t.validationLoss)}</td><td>${plural(t.epochs, 'epoch')}</td><td>${t.parameters === null ? '–' : count(t.parameters)}</td><td>${duration(t.seconds)}</td><td class="text">${t.error ?? t.state}</td></tr>`,
  )}</tbody></table></div></div></section>`
}
