import { describe, expect, test } from 'vitest'
import { watcher } from '../../src/cli/commands/sweep.ts'
import { epochsLeft } from '../../src/training/sweep/epochsLeft.ts'
import type { SweepRecord, Trial } from '../../src/training/sweep/sweepFile.ts'

const trialAt = (id: string, state: Trial['state'], epochs: number, values: Trial['values'] = {}): Trial => ({
  ...{ id, values, state, epochs, validationAccuracy: 0.5, validationLoss: 1, seconds: 1, parameters: 9 },
  course: Array.from({ length: epochs }, () => ({ accuracy: 0.5, loss: 1 })),
})
const sweepOf = (trials: Trial[], rungs = [1, 3, 9]) => ({ trials, rungs, epochs: 9 }) as SweepRecord
const six = (state: Trial['state'], epochs: number) =>
  Array.from({ length: 6 }, (_, i) => trialAt(`00${i + 1}`, state, epochs))

test('epochs that are left: of trials that will be stopped, only those up to their rung', () => {
  // 6 trials to epoch 1, 2 of them to epoch 3, 1 to epoch 9.
  expect(epochsLeft(sweepOf(six('waiting', 0)))).toBe(6 + 2 * 2 + 1 * 6)
  const [a, b, ...rest] = six('stopped', 1)
  expect(epochsLeft(sweepOf([trialAt('001', 'running', 2), trialAt('002', 'running', 1), ...rest]))).toBe(1 + 2 + 6)
  expect(epochsLeft(sweepOf([a, b, ...rest]))).toBe(0)
  // Nobody is stopped where the epochs themselves are tried; one that ended early has none left.
  const tried = [
    trialAt('001', 'running', 1, { epochs: 4 }),
    trialAt('002', 'waiting', 0),
    trialAt('003', 'finished', 2),
  ]
  expect(epochsLeft(sweepOf(tried, [9]))).toBe(3 + 9)
})

test('epochs that are left do not jump where a rung is decided', () => {
  const trials = six('running', 1)
  expect(epochsLeft(sweepOf(trials))).toBe(2 * 2 + 6)
  for (const trial of trials.slice(0, 4)) {
    trial.state = 'stopped'
    expect(epochsLeft(sweepOf(trials))).toBe(2 * 2 + 6)
  }
  // Of nine, six failed: a third of the nine goes on all the same.
  const nine = Array.from({ length: 9 }, (_, i) => trialAt(`00${i + 1}`, i < 6 ? 'failed' : 'running', i < 6 ? 0 : 1))
  expect(epochsLeft(sweepOf(nine))).toBe(3 * 2 + 6)
})

describe('a sweep says how long it will still take', () => {
  /** Trials that are told of as a sweep does, ten seconds an epoch. */
  function sweeping(trials: Trial[], rungs?: number[]) {
    let time = 0
    const said: string[] = []
    const record = sweepOf(trials, rungs)
    const watch = watcher(
      text => said.push(text),
      () => time,
    )
    const become = (trial: Trial, change: Partial<Trial>) => {
      Object.assign(trial, change)
      watch(trial, record)
      return said.at(-1)
    }
    const epoch = (trial: Trial) => {
      time += 10_000
      trial.course.push({ accuracy: 0.5, loss: 1 })
      return become(trial, { state: 'running', epochs: trial.epochs + 1 })
    }
    return { become, epoch }
  }

  test('from the first epoch on', () => {
    const trials = six('waiting', 0)
    const { epoch, become } = sweeping(trials)
    // 15 of 16 epochs are left.
    expect(epoch(trials[0])).toMatch(
      /^0\/6 {2}trial 001.* epoch 1\/9 {2}validation accuracy 50\.00 % {2}about 2:30 left$/,
    )
    for (const trial of trials.slice(1)) epoch(trial)
    for (const trial of trials.slice(2))
      expect(become(trial, { state: 'stopped' })).toMatch(/stopped.*about 1:40 left$/)
    expect(epoch(trials[0])).toMatch(/about 1:30 left$/)
  })

  test('whatever fails or ends early takes its epochs from what is left, not from the time of one', () => {
    const trials = six('waiting', 0).slice(0, 4)
    const { epoch, become } = sweeping(trials, [10])
    expect(become(trials[0], { state: 'failed', error: 'too large' })).toMatch(/failed: too large$/)
    become(trials[1], { state: 'failed', error: 'too large' })
    expect(epoch(trials[2])).toMatch(/about 2:50 left$/)
    epoch(trials[2])
    expect(become(trials[2], { state: 'finished' })).toMatch(/finished.*about 1:30 left$/)
  })

  test('of a sweep that goes on, by the epochs of this time', () => {
    const trials = [trialAt('001', 'finished', 9), trialAt('002', 'running', 7), trialAt('003', 'waiting', 0)]
    const { epoch, become } = sweeping(trials, [9])
    expect(become(trials[0], {})).toMatch(/^1\/3 .* finished {2}best 50\.00 %$/)
    expect(epoch(trials[2])).toMatch(/about 1:40 left$/)
    expect(epoch(trials[1])).toMatch(/about 1:30 left$/)
  })
})
