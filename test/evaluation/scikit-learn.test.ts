// Expected values: test/fixtures/evaluation.py (scikit-learn, scipy, numpy).
import { describe, expect, test } from 'vitest'
import { evaluateProbabilities, rocCurve, signTest } from '../../src/evaluation/index.ts'
import recorded from '../fixtures/evaluation.json' with { type: 'json' }

const near = (got: number | null, want: number | null) => {
  if (want === null) expect(got).toBeNull()
  else expect(got).toBeCloseTo(want, 6)
}

describe.each(recorded.cases)('$name', want => {
  const classes = Array.from({ length: want.classes }, (_, k) => `class ${k}`)
  const probabilities = Float32Array.from(want.probabilities)
  const labels = Int32Array.from(want.labels)
  const got = evaluateProbabilities(probabilities, labels, classes, { calibrationBins: 10 })

  test('loss, accuracy and its interval', () => {
    near(got.loss, want.loss)
    expect(got.accuracy).toBe(want.accuracy)
    near(got.accuracyInterval.low, want.wilson[0])
    near(got.accuracyInterval.high, want.wilson[1])
    if (want.logits) {
      const logits = Float32Array.from(want.logits)
      near(evaluateProbabilities(probabilities, labels, classes, { logits }).loss, want.lossFromLogits!)
    }
  })

  test('confusion matrix', () => expect(got.confusion).toEqual(want.confusion))

  test('scores per class', () => {
    got.perClass.forEach((scores, k) => {
      expect(scores.label).toBe(classes[k])
      expect(scores.support).toBe(want.perClass.support[k])
      near(scores.precision, want.perClass.precision[k])
      near(scores.recall, want.perClass.recall[k])
      near(scores.specificity, want.perClass.specificity[k])
      near(scores.f1, want.perClass.f1[k])
      near(scores.rocAuc, want.perClass.rocAuc[k])
    })
  })

  test.each(['macro', 'weighted'] as const)('%s average', kind => {
    const { precision, recall, f1, rocAuc } = want[kind] as Record<string, number | undefined>
    near(got[kind].precision, precision!)
    near(got[kind].recall, recall!)
    near(got[kind].f1, f1!)
    if (rocAuc !== undefined) near(got[kind].rocAuc, rocAuc)
  })

  test('top-k', () => {
    if (want.topK) for (const [k, share] of Object.entries(want.topK)) near(got.topK[k], share)
    expect(Object.keys(got.topK)).toEqual(['1', '2', '3', '4', '5'].slice(0, want.classes))
    expect(got.topK['1']).toBe(got.accuracy)
  })

  test('calibration', () => near(got.calibration.ece, want.ece10))

  test('every corner of the ROC curve is one of theirs, and every one of theirs lies on it', () => {
    const k = labels[0]
    const scores = Float32Array.from(labels, (_, i) => probabilities[i * classes.length + k])
    const { points } = rocCurve(scores, i => labels[i] === k)
    for (const [x, y] of points) {
      expect(want.rocOfFirstLabel.some(([a, b]) => Math.abs(a - x) + Math.abs(b - y) < 1e-12)).toBe(true)
    }
    for (const [x, y] of want.rocOfFirstLabel) {
      const i = Math.max(
        1,
        points.findIndex(p => p[0] >= x && p[1] >= y - 1e-12),
      )
      const [[x0, y0], [x1, y1]] = [points[i - 1], points[i]]
      expect((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)).toBeCloseTo(0, 12)
    }
  })

  test('is plain JSON', () => expect(JSON.parse(JSON.stringify(got))).toEqual(got))
})

test.each(recorded.signTest)('sign test of %d against %d', (a, b, want) => {
  expect(signTest(a, b) / want).toBeCloseTo(1, 8)
})
