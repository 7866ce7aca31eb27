import { count } from '../format.ts'
import { type Html, html } from '../html.ts'
import type { ReportInput } from '../types.ts'

/** The model's layers, the data, the settings and the environment. */
export function details({ model, data, run, environment }: ReportInput): Html {
  const most = Math.max(1, ...model.layers.map(l => l.parameters))
  const { id, startedAt, seconds, bestEpoch, ...settings } = run
  const facts: [string, string][] = [
    ['name', data.name],
    ['source', data.source],
    ['training', count(data.trainCount)],
    ...(data.epochCount === undefined ? [] : [['shown in an epoch', count(data.epochCount)] as [string, string]]),
    ['validation', count(data.validationCount)],
    ['test', count(data.testCount)],
    ['classes', data.classes.join(', ')],
  ]
  return html`<section aria-labelledby="model"><h2 id="model">The model</h2>
<p class="say">${model.name}: ${count(model.parameters.total)} parameters, ${count(model.parameters.trainable)} of them trainable.
Shapes are those of one example.</p>
<div class="grid"><div class="card"><div class="scroll" tabindex="0" role="region" aria-label="Layers"><table>
<thead><tr><th scope="col">Layer</th><th scope="col" class="text">Type</th><th scope="col">Output shape</th><th scope="col">Parameters</th></tr></thead>
<tbody>${model.layers.map(
    l => html`<tr><th scope="row">${l.name}</th><td class="text">${l.type}</td><td>${l.outputShape.join(' × ')}</td>
<td>${count(l.parameters)}<span class="share" style="--p:${((l.parameters / most) * 100).toFixed(1)}%"></span></td></tr>`,
  )}</tbody></table></div></div></div></section>
<section aria-labelledby="how"><h2 id="how">How to repeat it</h2>
<p class="say">Everything that went into this run${id && html` (${id})`}.</p>
<div class="grid three">
${list('Settings', flatten(settings))}
${list('Data', facts)}
${list('Environment', flatten(environment))}
</div></section>`
}

/** Names and values in a card. */
export function list(title: string, entries: readonly [string, string][]): Html {
  return html`<div class="card"><h3>${title}</h3><table class="list"><tbody>${entries.map(
    ([name, value]) => html`<tr><th scope="row">${breakable(name)}</th><td>${breakable(value)}</td></tr>`,
  )}</tbody></table></div>`
}

/** Lets long names and paths break after dots and slashes and between words. */
function breakable(text: string): Html[] {
  return text
    .split(/(?<=[./_])(?=[a-z])|(?<=[a-z])(?=[A-Z])/)
    .map((part, i) => (i === 0 ? html`${part}` : html`<wbr>${part}`))
}

/** { optimizer: { name: 'adam' } } -> [['optimizer.name', 'adam']]; absent values are left out. */
export function flatten(value: Record<string, unknown>, prefix = ''): [string, string][] {
  return Object.entries(value).flatMap(([key, v]): [string, string][] => {
    if (v === undefined || v === null) return []
    const name = prefix + key
    if (Array.isArray(v) && v.every(item => typeof item !== 'object' || item === null))
      return [[name, v.length > 0 ? v.join(', ') : 'none']]
    if (typeof v === 'object') return flatten(v as Record<string, unknown>, `${name}.`)
    if (typeof v === 'boolean') return [[name, v ? 'yes' : 'no']]
    return [
      [
        name,
        typeof v === 'number' && Number.isInteger(v) && Math.abs(v) >= 10000 && key !== 'seed' ? count(v) : String(v),
      ],
    ]
  })
}
