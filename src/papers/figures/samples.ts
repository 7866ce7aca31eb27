import { classCounts, type Dataset, exampleAt, labelAt, strideOf } from '../../data/dataset.ts'
import { randomSplit } from '../../data/split.ts'
import { distributionChart } from '../../report/charts/index.ts'
import type { Predictions } from '../../training/predictor.ts'
import type { DrawnFigure } from '../experiment.ts'
import { type LegendEntry, withLegend } from './legend.ts'
import { pictureGrid } from './pictures.ts'
import { standalone } from './svg.ts'

/** Pictures of a data set with a line below each. */
function picked(
  dataset: Dataset,
  positions: readonly number[],
  captions: readonly string[],
  what: string,
): DrawnFigure {
  const { shape } = dataset
  const stride = strideOf(shape)
  const pictures = new Uint8Array(positions.length * stride)
  positions.forEach((p, i) => {
    pictures.set(exampleAt(dataset, p) as Uint8Array, i * stride)
  })
  const columns = Math.min(12, positions.length)
  const svg = positions.length > 0 ? pictureGrid({ pictures, shape, columns, captions, description: what }) : EMPTY
  const header = ['example', 'caption', ...Array.from({ length: stride }, (_, p) => `value${p}`)]
  return { svg: standalone(svg), csv: [header, ...positions.map((p, i) => [p, captions[i], ...exampleAt(dataset, p)])] }
}

const EMPTY = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 24"><text x="4" y="16">none</text></svg>'

/** Some examples drawn at random. */
export function samplesFigure(dataset: Dataset, count = 24): DrawnFigure {
  const [some] = randomSplit(dataset, [Math.min(count, dataset.length)], { seed: 0 })
  const all = Array.from({ length: some.length }, (_, i) => i)
  return picked(
    some,
    all,
    all.map(i => dataset.classes[labelAt(some, i)]),
    `Examples of ${dataset.name}`,
  )
}

/** The first example of each class. */
export function classesFigure(dataset: Dataset): DrawnFigure {
  const first = dataset.classes.map((_, k) => firstOf(dataset, i => labelAt(dataset, i) === k))
  const there = first.flatMap((p, k) => (p === undefined ? [] : [{ p, name: dataset.classes[k] }]))
  return picked(
    dataset,
    there.map(t => t.p),
    there.map(t => t.name),
    `One example of each class of ${dataset.name}`,
  )
}

function firstOf(dataset: Dataset, fits: (i: number) => boolean): number | undefined {
  for (let i = 0; i < dataset.length; i++) if (fits(i)) return i
  return undefined
}

const add = (a: number, b: number) => a + b

/** Examples of each class, as shares of both parts. */
export function distributionFigure(train: Dataset, test: Dataset | undefined): DrawnFigure {
  const [learned, judged] = [classCounts(train), test ? classCounts(test) : []]
  const rows = train.classes.map((label, k) => ({ label, train: learned[k], test: judged[k] ?? 0 }))
  const svg = distributionChart(rows, { name: 'distribution', description: `Examples per class of ${train.name}` })
  const entries: LegendEntry[] = [{ name: `${learned.reduce(add)} to train on`, colour: 'var(--accent)', mark: 'bar' }]
  if (test) entries.push({ name: `${judged.reduce(add)} to test with`, colour: 'var(--ink)', mark: 'tick' })
  return {
    svg: standalone(withLegend(svg, entries)),
    csv: [['class', 'train', 'test'], ...rows.map(r => [r.label, r.train, r.test])],
  }
}

/** What was read as what: the first examples as they come, or only those read wrongly, surest first. */
export function predictedFigure(
  dataset: Dataset,
  { probabilities, classes }: Predictions,
  which: 'first' | 'wrong',
  count = 24,
): DrawnFigure {
  const read = Array.from({ length: dataset.length }, (_, i) => {
    const row = probabilities.subarray(i * classes, (i + 1) * classes)
    const best = row.indexOf(Math.max(...row))
    return { i, best, sure: row[best], truth: labelAt(dataset, i) }
  })
  const wrong = read.filter(r => r.best !== r.truth).sort((a, b) => b.sure - a.sure)
  const shown = (which === 'wrong' ? wrong : read).slice(0, count)
  const name = (k: number) => dataset.classes[k]
  return picked(
    dataset,
    shown.map(r => r.i),
    shown.map(r => (r.best === r.truth ? name(r.truth) : `${name(r.truth)} as ${name(r.best)}`)),
    which === 'wrong' ? 'Examples read wrongly, the surest first' : 'Examples with what they were read as',
  )
}
