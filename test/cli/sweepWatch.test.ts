import { expect, test } from 'vitest'
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

test('a sweep says how long it will still take', () => {
  let time = 0
  const said: string[] = []
  const watch = watcher(
    text => said.push(text),
    () => time,
  )
  const trials = six('waiting', 0)
  const record = sweepOf(trials)
  const epoch = () => {
    time += 10_000
    trials[0].epochs++
    trials[0].state = 'running'
    trials[0].course.push({ accuracy: 0.5, loss: 1 })
    watch(trials[0], record)
  }
  epoch()
  // 1 of 16 epochs took 10 s.
  expect(said.at(-1)).toMatch(/^0\/6 {2}trial 001.* epoch 1\/9 {2}validation accuracy 50\.00 % {2}about 2:30 left$/)
  for (const trial of trials.slice(1)) trial.state = 'stopped'
  epoch()
  expect(said.at(-1)).toMatch(/about 1\d s left$/)
})
