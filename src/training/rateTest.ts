import type { Dataset } from '../data/dataset.ts'
import { InklingError } from '../errors.ts'
import type { Model } from '../nn/model.ts'
import type { Optimizer } from '../nn/optimizers.ts'
import { initialState } from '../nn/trainingStep.ts'
import { checkFits } from './batches.ts'
import { epochOrder } from './order.ts'
import { type RateTest, ratesOf, suggestRate } from './rateCurve.ts'
import { type FitSettings, resolveSettings } from './settings.ts'
import { writeValues, writeWeights } from './state.ts'
import { Steps } from './steps.ts'

/** How {@link findLearningRate} tests; the rest is as the training will be, of which the first epochs are played. */
export interface RateTestSettings
  extends Pick<
    FitSettings,
    | 'backend'
    | 'accumulate'
    | 'batchSize'
    | 'seed'
    | 'optimizer'
    | 'loss'
    | 'scaling'
    | 'augment'
    | 'shuffle'
    | 'weights'
    | 'signal'
  > {
  /** The lowest and the highest rate. Default 1e-7 and 10. */
  from?: number
  to?: number
  /** Mini-batches, one a rate. Default 100. */
  steps?: number
  onStep?(done: number, steps: number): void
}

/** The sweep ends when the mean of the last losses is so many times that of the first. */
const RUNAWAY = 4
const FIRST = 10
const LAST = 5

/**
 * Learning-rate range test (Smith 2015; fast.ai's `lr_find`): trains on some mini-batches while the rate grows from step
 * to step, and suggests one from where the loss falls (see `suggestRate`). Weights and optimizer are those of a session of
 * its own: nothing is left behind. The same settings and seed give the same rate.
 *
 * @throws InklingError when the loss falls at no rate
 */
export async function findLearningRate(model: Model, train: Dataset, settings: RateTestSettings): Promise<RateTest> {
  const { from = 1e-7, to = 10, steps = 100, onStep, ...given } = settings
  if (!(from > 0 && to > from && Number.isFinite(to)) || !(Number.isInteger(steps) && steps >= 20))
    throw new InklingError(`a range test needs rates 0 < from < to and 20 steps, got ${from} to ${to} in ${steps}`, {
      exitCode: 2,
    })
  const resolved = resolveSettings({ ...given, epochs: 1, plainEpochs: 0 })
  checkFits(train, model, { labels: true, target: resolved.loss.target })
  const { backend, batchSize, seed, optimizer, shuffle, signal, weights, exact } = resolved
  const batch = Math.min(batchSize, train.length)
  const batches = Math.floor(train.length / batch)
  const rates = ratesOf({ from, to, steps })
  const losses: number[] = []
  const session = backend.createSession({ exact })
  try {
    const computing = await Steps.compile(session, model, train, resolved)
    const first = weights ?? model.initialWeights(seed)
    writeWeights(session, model, first)
    writeValues(session, initialState(model, optimizer, first))
    let order: Uint32Array = new Uint32Array(0)
    for (const [i, rate] of rates.entries()) {
      signal?.throwIfAborted()
      const epoch = 1 + Math.floor(i / batches)
      const at = i % batches
      if (at === 0) order = epochOrder(train.length, seed, epoch, shuffle)
      const positions = order.subarray(at * batch, (at + 1) * batch)
      const { outcome } = await computing.start({ positions, epoch, step: i, hyper: optimizer.hyper(i + 1, rate) })
      const { loss, broken } = await outcome
      if (broken) break
      losses.push(Number(loss.toPrecision(6)))
      onStep?.(i + 1, steps)
      if (mean(losses.slice(-LAST)) > RUNAWAY * mean(losses.slice(0, FIRST))) break
    }
  } finally {
    await session.close()
  }
  const test = { from, to, steps, losses }
  const rate = suggestRate(test)
  if (rate !== undefined) return { rate: Math.min(rate, mostOf(optimizer)), ...test }
  throw new InklingError(`the learning-rate range test found no falling loss from ${from} to ${to}`, {
    hint: 'Give a rate yourself, such as --lr 1e-3.',
  })
}

/**
 * Adam and its like move every weight by about the rate in each step: a hundred of large ones may look well, and yet leave a
 * network of which no unit is active any more after the next hundreds.
 */
const mostOf = ({ kind }: Optimizer): number =>
  ['adam', 'amsgrad', 'rmsprop'].includes(kind) ? 0.01 : Number.POSITIVE_INFINITY

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
