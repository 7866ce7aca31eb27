import { area, count, decimal, duration, judgedPart, percent, percentDigits, plural } from '../format.ts'
import { type Html, html } from '../html.ts'
import type { ReportInput } from '../types.ts'

/** Title, warnings, the accuracy with its interval, and the key figures with what each means. */
export function headline(input: ReportInput): Html {
  const { evaluation: e, model, data, run } = input
  const digits = percentDigits(e.count)
  const wrong = e.count - Math.round(e.accuracy * e.count)
  const { low, high } = e.accuracyInterval
  const several = e.classes.length > 2
  const facts: [string, string, string][] = [
    ['Loss', decimal(e.loss), `Cross-entropy: 0 is perfect, guessing costs ${decimal(Math.log(e.classes.length), 2)}.`],
    several
      ? ['Within two guesses', percent(e.topK['2'], digits), 'The right class is among the two most probable.']
      : ['Parameters', count(model.parameters.total), `${count(model.parameters.trainable)} of them learned.`],
    ['F1, mean of classes', decimal(e.macro.f1), 'Precision and recall in one, every class alike.'],
    ['ROC area', area(e.macro.rocAuc), 'Chance to rank one of a class above one that is not.'],
    ['Calibration error', percent(e.calibration.ece), 'How far stated confidence lies from the truth.'],
    run.seconds === undefined
      ? ['Trained for', plural(input.history.length, 'epoch'), 'Passes over the training data.']
      : [
          'Trained in',
          duration(run.seconds),
          `${plural(input.history.length, 'epoch')} of ${plural(data.epochCount ?? data.trainCount, 'example')}.`,
        ],
  ]
  const number = (e.accuracy * 100).toFixed(digits)
  return html`
${data.warnings.length > 0 && html`<ul class="warn" aria-label="Warnings">${data.warnings.map(w => html`<li>${w}</li>`)}</ul>`}
<div class="hero">
<div>
<p class="big">${number}<small>%</small></p>
<p class="lead">of ${plural(e.count, `${judgedPart(data)} example`)} read correctly: <br>${wrong === 0 ? 'no mistakes' : plural(wrong, 'mistake')}.</p>
<p class="small">95 % interval ${(low * 100).toFixed(digits)} to ${percent(high, digits)}: other examples of the same kind would
give an accuracy in about this range.</p>
</div>
<dl class="facts">${facts.map(
    ([name, value, meaning]) =>
      html`<div><dt>${name}</dt><dd><div class="value">${value}</div><div class="small">${meaning}</div></dd></div>`,
  )}</dl>
</div>`
}
