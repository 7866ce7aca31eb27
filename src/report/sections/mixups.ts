import { confusionChart, confusionWidth } from '../charts/index.ts'
import { percent, plural } from '../format.ts'
import { type Html, html, trusted } from '../html.ts'
import type { ReportInput } from '../types.ts'
import type { Gallery } from './gallery.ts'

/** The confusion matrix; its cells open the pictures of that confusion beside it. */
export function mixups({ evaluation: e }: ReportInput, pictures: Gallery | undefined): Html {
  const cells = new Map<string, number[]>()
  pictures?.items.forEach((item, i) => {
    const id = cellId(item.label, item.prediction)
    cells.set(id, [...(cells.get(id) ?? []), i])
  })
  const link = (truth: number, predicted: number) => {
    const id = cellId(truth, predicted)
    return cells.has(id) ? `#${id}` : undefined
  }
  const chart = confusionChart(e.confusion, e.classes, {
    name: 'confusion',
    description: 'Confusion matrix: rows are true classes, columns what was read',
    href: link,
  })
  const [worst] = e.worstConfusions
  const first =
    worst && cells.has(cellId(worst.truth, worst.predicted))
      ? cellId(worst.truth, worst.predicted)
      : [...cells.keys()][0]
  const width = confusionWidth(e.classes)
  // Charts shrink with the page; a large matrix must not shrink until nobody can read it.
  const least = width > 560 && `;min-width:${Math.round(width * 0.75)}px`
  return html`<section aria-labelledby="mixups"><h2 id="mixups">What it mixes up</h2>
<p class="say">Each row holds the examples of one true class, each column what they were read as; right answers lie on the
diagonal.${cells.size > 0 && ` Choose a cell to see its ${pictures?.noun}.`}</p>
<div class="grid mixups">
<div class="card matrix"><div class="scroll" ${least && trusted('tabindex="0" role="region" aria-label="Confusion matrix"')}><div style="max-width:${Math.round(width * 1.25)}px;margin:0 auto${least}">${trusted(chart)}</div></div></div>
<div class="card cells">
<div aria-live="polite">${[...cells].map(([id, list]) => {
    const { label, prediction } = pictures!.items[list[0]]
    const all = e.confusion[label][prediction]
    const support = e.perClass[label].support
    const title =
      label === prediction
        ? html`${e.classes[label]}, read rightly`
        : html`${e.classes[label]} read as ${e.classes[prediction]}`
    return html`<div class="cell${id === first && ' first'}" id="${id}"><h3>${title}</h3>
<p class="small">${plural(all, 'example')}, ${percent(support === 0 ? null : all / support, 1)} of this class${
      all > list.length && `; ${list.length} shown`
    }</p><div class="pics">${list.map(i => pictures!.picture(i))}</div></div>`
  })}</div>
${
  e.worstConfusions.length > 0
    ? html`<ol class="worst" aria-label="Most frequent confusions">${e.worstConfusions.map(c => {
        const text = `${c.label} read as ${c.predictedLabel}`
        const href = link(c.truth, c.predicted)
        return html`<li>${href ? html`<a href="${href}">${text}</a>` : html`<span>${text}</span>`}<span class="num">${c.count}</span></li>`
      })}</ol>`
    : html`<p class="small">It made no mistake on these examples.</p>`
}
</div></div>
</section>`
}

function cellId(truth: number, predicted: number): string {
  return `cell-${truth}-${predicted}`
}
