import { expect, test } from 'vitest'
import type { Experiment, Finished } from '../../src/papers/experiment.ts'
import { csvText } from '../../src/papers/figures/csv.ts'
import { chooseThreshold } from '../../src/papers/li2024/threshold.ts'
import { experiments, findExperiments } from '../../src/papers/registry.ts'
import { rowsOf } from '../../src/papers/rows.ts'

const experiment: Experiment = {
  id: 'toy',
  paper: 'xu-2022',
  title: 'a toy',
  minutes: 1,
  measured: 'by hand',
  recipes: ['paper'],
  trials: [{ variant: 'a', run: async () => ({ metrics: {} }) }],
  published: [
    { metric: 'accuracy', value: 0.9 },
    { metric: 'loss', value: 0.5, better: 'lower', unit: 'number' },
    { metric: 'rocAuc', value: 1, better: 'none' },
    { metric: 'accuracy', value: 0.99, variants: ['another'] },
  ],
}
const trial = (seed: number, metrics: Record<string, number>): Finished => ({
  ...{ variant: 'a', recipe: 'paper', seed, quick: false, metrics, epochs: 3, seconds: 10 + seed, finishedAt: '' },
  environment: { inkling: '0', node: '', platform: '', processor: '', backend: '', threads: 1 },
})

test('rows: mean, spread and whether the mean reaches the published figure', () => {
  const rows = rowsOf(experiment, [
    trial(0, { accuracy: 0.9, loss: 0.4, rocAuc: 0.9 }),
    trial(1, { accuracy: 0.92, loss: 0.8, rocAuc: 0.9 }),
  ])
  expect(rows.map(r => r.metric)).toEqual(['accuracy', 'loss', 'rocAuc'])
  const [accuracy, loss, rocAuc] = rows
  expect(accuracy).toMatchObject({ published: 0.9, met: true, epochs: 3, seconds: 10, seed: 0, seeds: 2 })
  expect(accuracy.measured).toBeCloseTo(0.91, 12)
  expect(accuracy.difference).toBeCloseTo(0.01, 12)
  expect(accuracy.spread).toBeCloseTo(0.02 / Math.SQRT2, 12) // of two: their distance by the root of 2
  expect(loss).toMatchObject({ met: false })
  expect(rocAuc).toMatchObject({ met: null, published: 1 })
})

test('figures of one answer are met together or not at all', () => {
  const both: Experiment = {
    ...experiment,
    published: [
      { metric: 'sensitivity', value: 0.6, together: 'at one threshold' },
      { metric: 'specificity', value: 0.7, together: 'at one threshold' },
      { metric: 'accuracy', value: 0.5 },
    ],
  }
  const met = (sensitivity: number, specificity: number) =>
    rowsOf(both, [trial(0, { sensitivity, specificity, accuracy: 0.9 })]).map(r => r.met)
  expect(met(0.6, 0.7)).toEqual([true, true, true])
  expect(met(0.3, 0.9)).toEqual([false, false, true])
})

test('a figure that a seed does not have is the mean of the others, and says of how many', () => {
  const rows = rowsOf(experiment, [trial(0, { accuracy: 0.9, loss: 0.4 }), trial(1, { accuracy: 0.92 })])
  expect(rows.map(r => [r.metric, r.seeds])).toEqual([
    ['accuracy', 2],
    ['loss', 1],
  ])
})

test('what is not finished has no figure, and is neither met nor missed', () => {
  const [row] = rowsOf(experiment, [])
  expect(row).toMatchObject({ published: 0.9, measured: null, met: null, seeds: 0, spread: null })
})

test('the threshold balances both goals', () => {
  // Positives score high: at 0.6 two of three positives are found and one of five negatives is taken for one.
  const scores = [0.9, 0.8, 0.3, 0.7, 0.2, 0.2, 0.1, 0.05]
  const positive = (i: number) => i < 3
  const found = chooseThreshold(scores, positive, { sensitivity: 0.6, specificity: 0.9 })
  expect(found).toEqual({ threshold: 0.8, sensitivity: 2 / 3, specificity: 1 })
  const wide = chooseThreshold(scores, positive, { sensitivity: 1, specificity: 0.5 })
  expect(wide).toEqual({ threshold: 0.3, sensitivity: 1, specificity: 0.8 })
})

test('equal scores fall on one side of a threshold', () => {
  const found = chooseThreshold([0.5, 0.5, 0.5, 0.1], i => i === 0, { sensitivity: 0.9, specificity: 0.9 })
  expect(found).toMatchObject({ threshold: 0.5, sensitivity: 1 })
  expect(found.specificity).toBeCloseTo(1 / 3, 12)
})

test('CSV: quotes where they are needed, nothing for null', () => {
  expect(csvText([['a,b', 'say "x"', null, 1.5, 3]])).toBe('"a,b","say ""x""",,1.5,3\n')
})

test('every experiment has a name of its own, a paper and trials of different names', () => {
  expect(new Set(experiments.map(e => e.id)).size).toBe(experiments.length)
  for (const { id, trials, published } of experiments) {
    const variants = trials.map(t => t.variant)
    expect(new Set(variants).size, id).toBe(variants.length)
    for (const { metric, variants: about = variants } of published)
      expect(
        about.some(v => variants.includes(v)),
        `${id} ${metric}`,
      ).toBe(true)
  }
  expect(findExperiments('mnist-report').length).toBeGreaterThan(5)
  expect(() => findExperiments('kagle-cnn')).toThrow(/kagle-cnn/)
})
