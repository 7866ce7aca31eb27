import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  calibrate,
  classDistribution,
  type Evaluation,
  evaluateProbabilities,
  mcnemar,
  rocCurve,
  thin,
  wilsonInterval,
} from '../../src/evaluation/index.ts'
import { createRandom } from '../../src/random.ts'

const names = (n: number) => Array.from({ length: n }, (_, k) => String.fromCharCode(97 + k))

/** Random rows with many equal values, and random labels. */
const cases = fc
  .record({ classes: fc.integer({ min: 1, max: 7 }), n: fc.integer({ min: 1, max: 60 }), seed: fc.integer() })
  .map(({ classes, n, seed }) => {
    const random = createRandom(seed)
    const probabilities = new Float32Array(n * classes)
    for (let i = 0; i < n; i++) {
      const row = Array.from({ length: classes }, () => random.int(6) + 0.01)
      const sum = row.reduce((a, b) => a + b)
      row.forEach((v, k) => {
        probabilities[i * classes + k] = v / sum
      })
    }
    return { n, classes, probabilities, labels: Int32Array.from({ length: n }, () => random.int(classes)), random }
  })

const numbersIn = (value: unknown): number[] =>
  typeof value === 'number'
    ? [value]
    : value && typeof value === 'object'
      ? Object.values(value).flatMap(numbersIn)
      : []

describe('for any probabilities', () => {
  test('the confusion matrix adds up to supports, predictions and accuracy', () => {
    fc.assert(
      fc.property(cases, ({ n, classes, probabilities, labels }) => {
        const e = evaluateProbabilities(probabilities, labels, names(classes))
        const sum = (values: number[]) => values.reduce((a, b) => a + b, 0)
        expect(e.confusion.map(sum)).toEqual(classDistribution(labels, names(classes)).map(c => c.count))
        expect(e.perClass.map(c => c.support)).toEqual(e.confusion.map(sum))
        expect(sum(e.confusion.map(sum))).toBe(n)
        expect(sum(e.confusion.map((row, k) => row[k])) / n).toBe(e.accuracy)
        expect(e.weighted.recall).toBeCloseTo(e.accuracy, 12)
        expect(sum(e.calibration.bins.map(b => b.count))).toBe(n)
        expect(e.accuracyInterval.low).toBeLessThanOrEqual(e.accuracy)
        expect(e.accuracyInterval.high).toBeGreaterThanOrEqual(e.accuracy)
        expect(numbersIn(e).every(Number.isFinite)).toBe(true)
      }),
    )
  })

  test('the order of the examples changes nothing but rounding', () => {
    fc.assert(
      fc.property(cases, ({ n, classes, probabilities, labels, random }) => {
        const order = random.shuffle(Array.from({ length: n }, (_, i) => i))
        const moved = Float32Array.from(probabilities, (_, j) => {
          return probabilities[order[Math.floor(j / classes)] * classes + (j % classes)]
        })
        const a = evaluateProbabilities(probabilities, labels, names(classes))
        const b = evaluateProbabilities(
          moved,
          Int32Array.from(order, i => labels[i]),
          names(classes),
        )
        expect(b.confusion).toEqual(a.confusion)
        expect(b.roc).toEqual(a.roc)
        expect(b.loss).toBeCloseTo(a.loss, 10)
        expect(b.calibration.ece).toBeCloseTo(a.calibration.ece, 10)
      }),
    )
  })

  test('renaming the classes permutes the scores', () => {
    fc.assert(
      fc.property(cases, ({ classes, probabilities, labels }) => {
        // Ties are read as the first class, so a turned order needs scores without ties.
        const untied = probabilities.map((p, j) => p * 0.99 + 1e-4 * (j % classes))
        const turned = untied.map((_, j) => untied[j - (j % classes) + classes - 1 - (j % classes)])
        const a = evaluateProbabilities(untied, labels, names(classes))
        const b = evaluateProbabilities(
          turned,
          labels.map(l => classes - 1 - l),
          names(classes),
        )
        const scores = (e: Evaluation) => e.perClass.map(({ label: _, ...rest }) => rest)
        expect(scores(b).reverse()).toEqual(scores(a))
        expect(b.topK).toEqual(a.topK)
      }),
    )
  })

  test('the ROC area is the share of pairs in order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.boolean()), { minLength: 2 }), pairs => {
        const { auc, points } = rocCurve(
          pairs.map(p => p[0] / 4),
          i => pairs[i][1],
        )
        const yes = pairs.filter(p => p[1])
        const no = pairs.filter(p => !p[1])
        if (yes.length === 0 || no.length === 0) {
          expect(auc).toBeNull()
          return
        }
        let won = 0
        for (const [a] of yes) for (const [b] of no) won += a > b ? 1 : a === b ? 0.5 : 0
        expect(auc).toBe(won / (yes.length * no.length))
        const area = points.slice(1).reduce((s, [x, y], i) => s + ((x - points[i][0]) * (y + points[i][1])) / 2, 0)
        expect(area).toBeCloseTo(auc!, 12)
      }),
    )
  })
})

test('a perfect reader', () => {
  const e = evaluateProbabilities(Float32Array.of(1, 0, 0, 1), Int32Array.of(0, 1), ['no', 'yes'])
  expect(e.accuracy).toBe(1)
  expect(Object.is(e.loss, 0)).toBe(true)
  expect(e.macro).toEqual({ precision: 1, recall: 1, specificity: 1, f1: 1, rocAuc: 1 })
  expect(e.worstConfusions).toEqual([])
  expect(e.accuracyInterval.high).toBe(1)
})

test('worst confusions come most frequent first, with the share of the true class', () => {
  const read = [1, 1, 0, 2, 2, 0, 0, 0]
  const labels = Int32Array.of(0, 0, 0, 0, 1, 1, 2, 2)
  const probabilities = Float32Array.from(read.flatMap(r => [0, 1, 2].map(k => (k === r ? 1 : 0))))
  const e = evaluateProbabilities(probabilities, labels, ['a', 'b', 'c'], { worst: 3 })
  expect(e.worstConfusions.map(c => [c.label, c.predictedLabel, c.count, c.share])).toEqual([
    ['a', 'b', 2, 0.5],
    ['c', 'a', 2, 1],
    ['a', 'c', 1, 0.25],
  ])
})

test('two models are compared on the examples they disagree about', () => {
  const labels = [0, 0, 0, 0, 1, 1, 1, 1]
  expect(mcnemar(labels, [0, 0, 0, 0, 1, 1, 1, 0], [0, 0, 1, 1, 1, 1, 0, 1])).toEqual({
    onlyFirst: 3,
    onlySecond: 1,
    pValue: 0.625, // 2 (C(4,0) + C(4,1)) / 16
  })
  expect(mcnemar(labels, labels, labels).pValue).toBe(1)
  expect(() => mcnemar(labels, [0], labels)).toThrow('1 and 8 predictions for 8 labels')
})

test('Wilson interval of 9,912 in 10,000', () => {
  // scipy.stats.binomtest(9912, 10000).proportion_ci(0.95, 'wilson')
  expect(wilsonInterval(9912, 10000).low).toBeCloseTo(0.9891715358948607, 12)
  expect(wilsonInterval(9912, 10000).high).toBeCloseTo(0.9928512241057865, 12)
  expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1, level: 0.95 })
})

test('a curve is thinned to a limit and keeps its ends', () => {
  const arc = Array.from({ length: 1000 }, (_, i): [number, number] => [i / 999, Math.sqrt(1 - (1 - i / 999) ** 2)])
  const few = thin(arc, 20)
  expect(few.length).toBeLessThanOrEqual(20)
  expect(few.length).toBeGreaterThan(8)
  expect([few[0], few.at(-1)]).toEqual([arc[0], arc.at(-1)])
})

describe('bad input is named', () => {
  const evaluate =
    (p: number[], l: number[], c = ['a', 'b']) =>
    () =>
      evaluateProbabilities(Float32Array.from(p), Int32Array.from(l), c)
  test.each([
    [evaluate([], []), 'got 0 labelled examples'],
    [evaluate([0.5, 0.5, 1], [0]), 'got 3 probabilities, expected 2 (1 examples x 2 classes)'],
    [evaluate([0.5, 0.5], [2]), 'label 2 of example 0 is outside the 2 classes (0 to 1)'],
    [evaluate([0.5, 0.5], [-1]), 'label -1'],
    [evaluate([0.5, 0.5, Number.NaN, 1], [0, 1]), 'probability NaN of class "a" in example 1'],
    [evaluate([-2, 3], [0]), 'is not between 0 and 1'],
  ])('%#', (run, message) => expect(run).toThrow(message))
})

test('a confidence on the edge of two bins belongs to the lower one', () => {
  // 0.25 and 0.5 are exact in f32; bins are (i / 4, (i + 1) / 4].
  const { bins } = calibrate([0.25, 0.5, 0.5, 0.75, 1], [1, 0, 1, 1, 1], 4)
  expect(bins.map(bin => bin.count)).toEqual([1, 2, 1, 1])
  expect(bins[1]).toEqual({ from: 0.25, to: 0.5, count: 2, confidence: 0.5, accuracy: 0.5 })
})
