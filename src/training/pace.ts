import { InklingError } from '../errors.ts'
import type { Optimizer } from '../nn/optimizers.ts'
import { type PlateauState, plateauNext, plateauStart, type Schedule, scheduleFactor } from '../nn/schedules.ts'
import type { EpochRecord } from './history.ts'

/** The learning rate through a training. */
export interface Pace {
  /** The rate of the step about to run, `step` steps being done. */
  rate(step: number): number
  /** The block of numbers that the optimizer reads at that step. */
  hyper(step: number): Float32Array
  epochEnded(record: EpochRecord): void
  /** Plain JSON, for checkpoints. */
  state(): unknown
  restore(state: unknown): void
}

export function createPace(optimizer: Optimizer, schedule: Schedule, stepsPerEpoch: number, epochs: number): Pace {
  const totalSteps = stepsPerEpoch * epochs
  let plateau: PlateauState = plateauStart()
  const rate = (step: number) => {
    const value = optimizer.rate * scheduleFactor(schedule, { step, stepsPerEpoch, totalSteps }, plateau)
    if (Number.isFinite(value)) return value
    throw new InklingError(`the schedule ${schedule.kind} gives the learning rate ${value} at step ${step + 1}`)
  }
  return {
    rate,
    hyper: step => optimizer.hyper(step + 1, rate(step)),
    epochEnded(record) {
      if (schedule.kind !== 'reduceOnPlateau') return
      const value = record[schedule.monitor ?? 'validationLoss']
      if (value !== undefined) plateau = plateauNext(schedule, plateau, value, optimizer.rate)
    },
    state: () => plateau,
    restore(state) {
      plateau = { ...(state as PlateauState) }
    },
  }
}
