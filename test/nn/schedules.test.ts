import { describe, expect, test } from 'vitest'
import { createOptimizer } from '../../src/nn/optimizers.ts'
import * as schedules from '../../src/nn/schedules.ts'

const at = (schedule: schedules.Schedule, steps: number[], totalSteps = 100) =>
  steps.map(step => Number(schedules.scheduleFactor(schedule, { step, stepsPerEpoch: 10, totalSteps }).toPrecision(6)))

describe('factors by the formula in the documentation', () => {
  test.each([
    [schedules.constant(), [0, 50], [1, 1]],
    [schedules.step(2, 0.5), [0, 19, 20, 39, 40], [1, 1, 0.5, 0.5, 0.25]],
    [schedules.exponential(0.5, 10), [0, 5, 10, 20], [1, Math.SQRT1_2, 0.5, 0.25]],
    [schedules.exponential(0.5, 10, true), [0, 9, 10, 20], [1, 1, 0.5, 0.25]],
    [schedules.inverseTime(0.01), [0, 100], [1, 0.5]],
    [schedules.cosine(), [0, 50, 100], [1, 0.5, 0]],
    [schedules.cosine({ floor: 0.2, warmup: 0.1 }), [0, 4, 9, 10, 55, 100], [0.1, 0.5, 1, 1, 0.6, 0.2]],
    [schedules.linear(), [0, 25, 100], [1, 0.75, 0]],
    [schedules.linear({ warmup: 0.2, start: 0.1, floor: 0.5 }), [0, 10, 20, 60, 100], [0.1, 0.55, 1, 0.75, 0.5]],
    [schedules.oneCycle({ warmup: 0.21 }), [0, 10, 20, 99], [0.04, 0.52, 1, 4e-6]],
  ] as const)('%j', (schedule, steps, factors) => {
    at(schedule, [...steps]).forEach((f, i) => {
      expect(f).toBeCloseTo(factors[i], 5)
    })
  })
})

test('a schedule is finite and not negative over any run, however short', () => {
  for (const schedule of [
    schedules.cosine({ warmup: 0.5 }),
    schedules.linear({ warmup: 0.5 }),
    schedules.linear({ warmup: 1 }),
    schedules.oneCycle(),
    schedules.oneCycle({ warmup: 1 }),
    schedules.oneCycle({ warmup: 0 }),
  ])
    for (let total = 1; total < 8; total++)
      for (const f of at(
        schedule,
        Array.from({ length: total }, (_, i) => i),
        total,
      )) {
        expect(f).toBeGreaterThanOrEqual(0)
        expect(f).toBeLessThanOrEqual(1)
      }
})

describe('reduceOnPlateau', () => {
  const factors = (schedule: schedules.Schedule, values: number[], rate = 1) => {
    let state = schedules.plateauStart()
    return values.map(value => {
      state = schedules.plateauNext(schedule as schedules.ReduceOnPlateau, state, value, rate)
      return Number(state.factor.toPrecision(6))
    })
  }

  // As Keras' ReduceLROnPlateau goes through the same values.
  test('lowers the rate after `patience` epochs without improvement', () => {
    const schedule = schedules.reduceOnPlateau({ patience: 2, factor: 0.5 })
    expect(factors(schedule, [1, 1, 1, 1, 1, 0.5, 0.5])).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25, 0.25])
  })
  test('accuracy is better when higher; small changes do not count', () => {
    const schedule = schedules.reduceOnPlateau({
      monitor: 'validationAccuracy',
      patience: 2,
      factor: 0.5,
      minDelta: 0.01,
    })
    expect(factors(schedule, [0.9, 0.905, 0.909, 0.95, 0.99])).toEqual([1, 1, 0.5, 0.5, 0.5])
  })
  test('a first value that is none sets no mark', () => {
    const schedule = schedules.reduceOnPlateau({ patience: 2, factor: 0.5 })
    expect(factors(schedule, [NaN, 1, 0.5, 0.2, 0.1])).toEqual([1, 1, 1, 1, 1])
  })
  test('does not go below the floor and waits out the cooldown', () => {
    const schedule = schedules.reduceOnPlateau({ patience: 1, factor: 0.1, floor: 0.005, cooldown: 2 })
    expect(factors(schedule, [1, 1, 1, 1, 1, 1, 1], 0.1)).toEqual([1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05])
  })
})

describe('settings that make no sense are refused', () => {
  test.each([
    () => schedules.step(0),
    () => schedules.step(1, Number.NaN),
    () => schedules.exponential(2, 1),
    () => schedules.inverseTime(-1),
    () => schedules.cosine({ warmup: 2 }),
    () => schedules.reduceOnPlateau({ factor: 3 }),
    () => createOptimizer({ kind: 'adam', rate: Number.NaN }),
    () => createOptimizer({ kind: 'adam', rate: 0 }),
    () => createOptimizer({ kind: 'adam', rate: 1, beta2: 1 }),
    () => createOptimizer({ kind: 'sgd', rate: 1, clipNorm: 0 }),
    () => createOptimizer({ kind: 'sgd', rate: 1, averaging: 1 }),
    () => createOptimizer({ kind: 'sgd', rate: 1, rates: { dense_1: -1 } }),
  ])('%#', make => {
    expect(make).toThrow("can't be")
  })
})
