/** The page of a cross-validation: the folds beside each other, and what was mixed up over all of them. */
import { basename } from 'node:path'
import type { FoldsFacts } from '../training/foldsResult.ts'
import { foldCurves, foldsChart } from './charts/folds.ts'
import { confusionChart, confusionWidth } from './charts/index.ts'
import { count, decimal, duration, percent, percentDigits, plural } from './format.ts'
import { type Html, html, trusted } from './html.ts'
import { renderPage } from './page/shell.ts'
import { flatten, list } from './sections/details.ts'

/** One page that needs nothing else but, for its links, the reports of the folds below it. */
export function renderFolds(facts: FoldsFacts): string {
  const { folds, model, data, parameters, examples, startedAt, warnings } = facts
  return renderPage({
    mark: `inkling cross-validation, ${startedAt.slice(0, 16).replace('T', ' ')}`,
    title: `${model} on ${data}, ${folds.length} folds`,
    about: `${model} (${count(parameters)} parameters): ${plural(folds.length, 'run')}, each judged on the fold it did not learn; ${count(examples)} examples in all`,
    body: html`${warnings.length > 0 && html`<ul class="warn" aria-label="Warnings">${warnings.map(w => html`<li>${w}</li>`)}</ul>`}
${headline(facts)}
${spread(facts)}
${mixups(facts)}
${settings(facts)}`,
  })
}

function headline({ folds, mean, std, confusion, examples, seconds, baselines = [] }: FoldsFacts): Html {
  const digits = percentDigits(examples)
  const accuracies = folds.map(({ validation }) => validation.accuracy)
  const right = confusion.reduce((sum, row, k) => sum + row[k], 0)
  const cells: [string, string, string][] = [
    ['Standard deviation', percent(std, digits), 'Of the folds (sample): how far one run lies from another.'],
    [
      'Lowest, highest',
      `${percent(Math.min(...accuracies), digits)}, ${percent(Math.max(...accuracies), digits)}`,
      'Of the folds.',
    ],
    [
      'All folds together',
      percent(right / examples, digits),
      `${count(examples - right)} of ${count(examples)} misread.`,
    ],
    [
      'While learning',
      percent(folds.reduce((sum, { train }) => sum + train.accuracy, 0) / folds.length, digits),
      'Mean accuracy on what was learned from.',
    ],
    ...baselines
      .slice(0, 1)
      .map(({ name, mean: other, std: off }): [string, string, string] => [
        `Beside it: ${name}`,
        percent(other, digits),
        `Standard deviation ${percent(off, digits)}, same folds.`,
      ]),
    ['Trained in', duration(seconds), `${plural(folds.length, 'run')}.`],
  ]
  return html`<div class="hero"><div>
<p class="big">${(100 * mean).toFixed(digits)}<small>%</small></p>
<p class="lead">± ${percent(std, digits)}: mean and standard deviation of the accuracy on ${plural(folds.length, 'fold')}.</p>
<p class="small">Every example was judged once, by a run that had not learned it. The folds share most of their training data, so the
mean is surer than the standard deviation of single folds suggests, yet not as sure as ${folds.length} unrelated trials.</p></div>
<dl class="facts">${cells.map(
    ([name, value, meaning]) =>
      html`<div><dt>${name}</dt><dd><div class="value">${value}</div><div class="small">${meaning}</div></dd></div>`,
  )}</dl></div>`
}

function spread({ folds, mean, std, histories, examples }: FoldsFacts): Html {
  const digits = percentDigits(examples)
  const accuracies = folds.map(({ fold, train, validation }) => ({
    fold,
    training: train.accuracy,
    validation: validation.accuracy,
  }))
  const chart = foldsChart(accuracies, mean, std, {
    name: 'folds',
    description: `Accuracy of ${folds.length} folds; the table below lists the values`,
  })
  const losses = histories.map(history =>
    history.map(({ epoch, validationLoss }) => ({ epoch, value: validationLoss ?? Number.NaN })),
  )
  const curves = foldCurves(losses, {
    name: 'curves',
    description: `Validation loss of ${folds.length} folds over the epochs`,
    measure: 'validation loss',
  })
  return html`<section aria-labelledby="folds"><h2 id="folds">Fold by fold</h2>
<p class="say">Folds that differ much say that there are too few examples, or that some are of another kind than the rest.</p>
<div class="grid two">
<div class="card"><h3>Accuracy</h3><ul class="key"><li><i class="dot large" style="--c:var(--accent)"></i>of the fold held out</li>
<li><i class="dot large ring" style="--c:var(--muted)"></i>training</li><li><i class="dash" style="--c:var(--accent)"></i>mean, with one standard deviation</li></ul>${trusted(chart)}</div>
<div class="card"><h3>Validation loss</h3><ul class="key"><li><i style="--c:var(--accent)"></i>one fold</li></ul>${trusted(curves)}</div>
</div>
<div class="grid"><div class="card"><div class="scroll" tabindex="0" role="region" aria-label="Folds"><table>
<thead><tr><th scope="col">Fold</th><th scope="col">Validation accuracy</th><th scope="col">Loss</th><th scope="col">Training accuracy</th>
<th scope="col">Epochs</th><th scope="col">Time</th><th scope="col">Its report</th></tr></thead>
<tbody>${folds.map(
    ({
      fold,
      run,
      train,
      validation,
      epochs,
      seconds,
    }) => html`<tr><th scope="row">${fold}</th><td>${percent(validation.accuracy, digits)}</td>
<td>${decimal(validation.loss)}</td><td>${percent(train.accuracy, digits)}</td><td>${epochs}</td><td>${duration(seconds)}</td>
<td><a href="${basename(run)}/report.html">${basename(run)}</a></td></tr>`,
  )}</tbody>
<tfoot><tr><th scope="row">Mean</th><td>${percent(mean, digits)}</td><td></td><td></td><td></td><td></td><td></td></tr></tfoot>
</table></div></div></div></section>`
}

function mixups({ confusion, classes }: FoldsFacts): Html {
  const chart = confusionChart(confusion, classes, {
    name: 'confusion',
    description: 'Confusion matrix of all folds: rows are true classes, columns what was read',
  })
  const width = confusionWidth(classes)
  const least = width > 560 && `;min-width:${Math.round(width * 0.75)}px`
  const wrong = confusion
    .flatMap((row, i) => row.map((n, j) => ({ label: classes[i], read: classes[j], n, right: i === j })))
    .filter(({ n, right }) => n > 0 && !right)
    .sort((a, b) => b.n - a.n)
    .slice(0, 10)
  return html`<section aria-labelledby="mixups"><h2 id="mixups">What they mix up</h2>
<p class="say">All folds together. Each row holds the examples of one true class, each column what they were read as.</p>
<div class="grid mixups">
<div class="card matrix"><div class="scroll" ${least && trusted('tabindex="0" role="region" aria-label="Confusion matrix"')}><div style="max-width:${Math.round(width * 1.25)}px;margin:0 auto${least}">${trusted(chart)}</div></div></div>
<div class="card cells"><div></div>${
    wrong.length > 0
      ? html`<ol class="worst" aria-label="Most frequent confusions">${wrong.map(
          ({ label, read, n }) =>
            html`<li><span>${label} read as ${read}</span><span class="num">${count(n)}</span></li>`,
        )}</ol>`
      : html`<p class="small">No run made a mistake.</p>`
  }</div></div></section>`
}

function settings({ settings: given, seed, folds, data, classes, examples, run }: FoldsFacts): Html {
  const facts: [string, string][] = [
    ['name', data],
    ['examples', count(examples)],
    ['classes', classes.join(', ')],
    ['folds', `${folds.length}, drawn by seed ${seed}`],
    ['folder', run],
  ]
  return html`<section aria-labelledby="how"><h2 id="how">How to repeat it</h2>
<p class="say">The settings of every fold's run; each run's own report says the rest.</p>
<div class="grid two">${list('Settings', flatten(given))}${list('Data', facts)}</div></section>`
}
