import { judgedPart, percent, plural } from '../format.ts'
import { type Html, html, trusted } from '../html.ts'
import { pictureBudget, pictureShape } from '../pictures.ts'
import { type Sprite, sprite } from '../sprite.ts'
import { drawTraces, traceBudget } from '../traces.ts'
import type { ReportExample, ReportInput } from '../types.ts'

/** The pictures of a report, or the line charts of its signals, and how to show one of them. */
export interface Gallery {
  items: readonly ReportExample[]
  /** What they are called. */
  noun: 'pictures' | 'signals'
  style: Html
  /** What must stand somewhere in the page. */
  shapes?: Html
  /** The picture of `items[i]` as an element; named for people who cannot see it unless `decorative`. */
  picture(i: number, decorative?: boolean): Html
}

/** Makes the pictures or line charts, as many as fit; undefined where the examples are none or neither. */
export function gallery(input: ReportInput): Gallery | undefined {
  const { examples, evaluation } = input
  if (!examples || examples.items.length === 0) return undefined
  const named = (i: number, kind: string, decorative: boolean, style: string, inside?: Html) => {
    const { label, prediction, probabilities, index, name: file } = examples.items[i]
    const name = `${file ?? `Example ${index}`}: ${evaluation.classes[label]}, read as ${evaluation.classes[prediction]}`
    const tip = `${name} (${percent(probabilities[prediction], 1)})`
    return decorative
      ? html`<span class="${kind}" style="${style}">${inside}</span>`
      : html`<span class="${kind}" role="img" aria-label="${name}" data-tip="${tip}" style="${style}">${inside}</span>`
  }
  const { signals, pictures } = examples
  if (signals) {
    const items = examples.items.slice(0, traceBudget(examples.shape[1]))
    const { shapes, trace } = drawTraces(signals, items.length, examples.shape)
    const picture = (i: number, decorative = false) => named(i, 'pic trace', decorative, '', trace(i))
    return { items, noun: 'signals', style: trusted(':root{--ratio:3/1}'), shapes, picture }
  }
  const shape = pictures && pictureShape(examples.shape)
  if (!shape) return undefined
  const items = examples.items.slice(0, pictureBudget(shape))
  const sheet = sprite(pictures, items.length, shape)
  return {
    items,
    noun: 'pictures',
    style: trusted(
      `:root{--sprite:url(${sheet.uri});--sheet:${sheet.columns * 100}% ${sheet.rows * 100}%;--ratio:${shape.width}/${shape.height}}`,
    ),
    picture: (i, decorative = false) => named(i, 'pic', decorative, place(i, sheet)),
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
    html`<ul class="${pictures.noun === 'signals' ? 'cards traces' : 'cards'}">${list.map(i => card(pictures, i, input.evaluation.classes))}</ul>`
  return html`${
    wrong.length > 0 &&
    html`<section aria-labelledby="misread"><h2 id="misread">What it misreads</h2>
<p class="say">The mistakes it was surest of come first, with the probabilities it gave. ${
      pictures.noun === 'signals'
        ? 'Each channel has a colour of its own.'
        : 'Pictures are shown as the network saw them.'
    }</p>
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
<p class="say">Some ${judgedPart(input.data)} examples, the same number of each class where there are enough.</p>
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
