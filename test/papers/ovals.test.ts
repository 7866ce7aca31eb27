import { expect, test } from 'vitest'
import { leaningToZero, ovalMetrics } from '../../src/papers/fatov2024/ovals.ts'

const classes = ['0', '9', 'O']
// Zeros: sure, nearly an O, quite an O, a 9. Os: nearly a 0, quite an O, sure.
const rows = [
  [0.9, 0, 0.1],
  [0.4, 0.05, 0.55],
  [0.1, 0.1, 0.8],
  [0.3, 0.5, 0.2],
  [0.3, 0.1, 0.6],
  [0.15, 0.05, 0.8],
  [0.01, 0, 0.99],
]
const probabilities = Float32Array.from(rows.flat())
const labels = [0, 0, 0, 0, 2, 2, 2]

test('what it costs of the Os to read fewer zeros as O', () => {
  // Half of the zeros may be read as O: as it is.
  expect(leaningToZero(probabilities, labels, classes, 0.5)).toBe(0)
  // A quarter: 0.55 against 0.4 must become a 0; 0.6 against 0.3 stays an O.
  expect(leaningToZero(probabilities, labels, classes, 0.25)).toBe(0)
  // None: 0.8 against 0.1 must become a 0, and with it two of the three Os.
  expect(leaningToZero(probabilities, labels, classes, 0)).toBeCloseTo(2 / 3, 6)
})

test('shares of the confusion matrix', () => {
  const confusion = [
    [6, 1, 3],
    [0, 5, 0],
    [1, 0, 4],
  ]
  expect(ovalMetrics(confusion, classes)).toEqual({ zeroReadAsO: 0.3, oReadAsZero: 0.2 })
})
