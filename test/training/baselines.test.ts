import { expect, test } from 'vitest'
import { createDataset } from '../../src/data/dataset.ts'
import { majorityScores } from '../../src/training/baselines.ts'

test('the majority answers with the most frequent class of the training part', () => {
  const part = createDataset({
    ...{ name: 'part', shape: [1], classes: ['a', 'b', 'c'] },
    ...{ features: new Float32Array(4), labels: [1, 1, 0, 2] },
  })
  const { accuracy, loss } = majorityScores([2, 6, 0], part)
  expect(accuracy).toBe(0.5)
  // Shares with one more of each: 3, 7 and 1 of 11.
  expect(loss).toBeCloseTo(-(2 * Math.log(7 / 11) + Math.log(3 / 11) + Math.log(1 / 11)) / 4, 12)
})
