import { percent, plural } from '../format.ts'
import { type Html, html, trusted } from '../html.ts'
import { pictureBudget, pictureShape } from '../pictures.ts'
import { type Sprite, sprite } from '../sprite.ts'
import type { ReportExample, ReportInput } from '../types.ts'

/** The pictures of a report: one sheet, and how to show one of it. */
export interface Gallery {
  items: readonly ReportExample[]
  style: Html
  /** The picture of `items[i]` as an element; named for people who cannot see it unless `decorative`. */
  picture(i: number, decorative?: boolean): Html
}

/** Makes the sheet of pictures, as many as fit; undefined where the examples are none or no pictures. */
export function gallery({ examples, evaluation }: ReportInput): Gallery | undefined {
  const shape = examples && pictureShape(examples.shape)
  if (!examples || !shape || examples.items.length === 0) return undefined
  const items = examples.items.slice(0, pictureBudget(shape))
  const sheet = sprite(examples.pictures, items.length, shape)
  return {
    items,
    style: trusted(
      `:root{--sprite:url(${sheet.uri});--sheet:${sheet.columns * 100}% ${sheet.rows * 100}%;--ratio:${shape.width}/${shape.height}}`,
    ),
    picture(i, decorative = false) {
      const { label, prediction, probabilities, index } = items[i]
      const name = `Example ${index}: ${evaluation.classes[label]}, read as ${evaluation.classes[prediction]}`
      const tip = `${name} (${percent(probabilities[prediction], 1)})`
      return decorative
        ? html`<span class="pic" style="${place(i, sheet)}"></span>`
        : html`<span class="pic" role="img" aria-label="${name}" data-tip="${tip}" style="${place(i, sheet)}"></span>`
    },
  }
}

function place(i: number, { columns, rows }: Sprite): string {
  const at = (k: number, n: number) => (n === 1 ? 0 : Number(((k / (n - 1)) * 100).toFixed(4)))
  return `background-position:${at(i % columns, columns)}% ${at(Math.floor(i / columns), rows)}%`
}

const FIRST = 20

/** Misread examples, the surest first, and some read rightly, each with its most probable classes. */
export function galleries(input: ReportInput, pictures: Gallery | undefined): Html {
  if (!pictures) return html``
  const positions = pictures.items.map((_, i) => i)
  const confidence = (i: number) => pictures.items[i].probabilities[pictures.items[i].prediction]
  const wrong = positions
    .filter(i => pictures.items[i].label !== pictures.items[i].prediction)
    .sort((a, b) => confidence(b) - confidence(a))
  const right = positions.filter(i => pictures.items[i].label === pictures.items[i].prediction)
  const mistakes = input.evaluation.count - Math.round(input.evaluation.accuracy * input.evaluation.count)
  const cards = (list: readonly number[]) =>
    html`<ul class="cards">${list.map(i => card(pictures, i, input.evaluation.classes))}</ul>`
  return html`${
    wrong.length > 0 &&
    html`<section aria-labelledby="misread"><h2 id="misread">What it misreads</h2>
<p class="say">The mistakes it was surest of come first, with the probabilities it gave. Pictures are shown as the network saw them.</p>
${cards(wrong.slice(0, FIRST))}
${
  wrong.length > FIRST &&
  html`<details><summary>${
    wrong.length === mistakes
      ? `${plural(wrong.length - FIRST, 'more mistake')}, all there are`
      : `${plural(wrong.length - FIRST, 'more mistake')} of ${mistakes}`
  }</summary>${cards(wrong.slice(FIRST))}</details>`
}</section>`
  }${
    right.length > 0 &&
    html`<section aria-labelledby="right"><h2 id="right">What it reads rightly</h2>
<p class="say">Some test examples, the same number of each class where there are enough.</p>
${cards(right.slice(0, FIRST))}</section>`
  }`
}

function card(pictures: Gallery, i: number, classes: readonly string[]): Html {
  const { label, prediction, probabilities } = pictures.items[i]
  const top = classes
    .map((_, k) => k)
    .sort((a, b) => probabilities[b] - probabilities[a])
    .slice(0, 3)
  if (!top.includes(label)) top[2] = label
  const truth =
    label === prediction
      ? html`Read as <b>${classes[label]}</b>`
      : html`Read as <b>${classes[prediction]}</b>, is <b>${classes[label]}</b>`
  return html`<li>${pictures.picture(i, true)}<div><div class="truth">${truth}</div>
<div class="bars">${top.map(k => {
    const share = Math.round(probabilities[k] * 100)
    const colour = k === label ? 'var(--accent)' : k === prediction ? 'var(--mistake)' : 'var(--faint)'
    return html`<span><em>${classes[k]}</em><i style="--p:${share}%;--c:${colour}"></i><u>${share} %</u></span>`
  })}</div></div></li>`
}
