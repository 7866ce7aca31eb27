import type { Session } from '../engine/backend.ts'
import { sizeOf } from '../engine/graph.ts'
import { InklingError } from '../errors.ts'
import { averageName } from '../nn/context.ts'
import type { Model } from '../nn/model.ts'
import type { EpochRecord } from './history.ts'
import type { Tally } from './meter.ts'

/** Where a training is, as plain JSON: with the values of {@link TrainingState} all that a resume needs. */
export interface TrainingPosition {
  /** Steps done: random numbers are keyed by (seed, step). */
  step: number
  /** The epoch to go on with, from 1, and how many of its batches are done. */
  epoch: number
  batch: number
  /** Sums over the done batches of this epoch; its number of examples is in `tally`. */
  lossSum: number
  correct: number
  tally: Tally
  history: EpochRecord[]
  best?: BestEpoch
  /** Memory of the schedule and of the callbacks. */
  schedule?: unknown
  callbacks: Record<string, unknown>
  /** Why the training ended before its last epoch. */
  ended?: string
}

/** The epoch whose weights are kept. */
export interface BestEpoch {
  epoch: number
  monitor: string
  value: number
}

/** All that a training knows at one moment. */
export interface TrainingState {
  position: TrainingPosition
  /** Weights, statistics, optimizer state and averages, by their name in the session. */
  values: Map<string, Float32Array>
  /** Weights of the best epoch, as they will be kept. */
  best?: Map<string, Float32Array>
}

/** Copies of the named values of a session; all of them by default. */
export function readValues(session: Session, names: Iterable<string> = session.names()): Map<string, Float32Array> {
  const values = new Map<string, Float32Array>()
  for (const name of names) values.set(name, session.read(name))
  return values
}

/** Writes values into a session; those it does not know are left out. */
export function writeValues(session: Session, values: ReadonlyMap<string, ArrayLike<number>>): void {
  for (const [name, value] of values) if (session.has(name)) session.write(name, value)
}

/**
 * Writes the values of a checkpoint into a session that has compiled the training.
 * @param names what it must hold
 * @throws InklingError when one is missing or of another size
 */
export function restoreValues(
  session: Session,
  model: Model,
  values: ReadonlyMap<string, ArrayLike<number>>,
  names: readonly string[],
): void {
  for (const name of names)
    if (values.get(name)?.length !== session.read(name).length)
      throw new InklingError(`the checkpoint does not fit: it lacks "${name}" of model ${model.name}`, {
        hint: 'It belongs to another model or optimizer.',
      })
  writeValues(session, values)
}

/**
 * Writes a model's weights into a session that has compiled it.
 * @throws InklingError when some are missing or of another size
 */
export function writeWeights(session: Session, model: Model, weights: ReadonlyMap<string, Float32Array>): void {
  for (const { name, shape } of model.parameters()) {
    const values = weights.get(name)
    if (values?.length !== sizeOf(shape))
      throw new InklingError(
        `model ${model.name} needs ${sizeOf(shape)} weights for "${name}", got ${values ? values.length : 'none'}`,
        { hint: 'These weights belong to another model.' },
      )
    if (session.has(name)) session.write(name, values)
  }
}

/** A model's weights as they will be kept: the running averages in place of the weights that have one. */
export function readKeptWeights(session: Session, model: Model, averaged: boolean): Map<string, Float32Array> {
  const weights = new Map<string, Float32Array>()
  for (const { name } of model.parameters()) {
    const stored = averaged && session.has(averageName(name)) ? averageName(name) : name
    weights.set(name, session.read(stored))
  }
  return weights
}

/** Whether all values are finite. */
export function allFinite(values: ReadonlyMap<string, Float32Array>): boolean {
  for (const value of values.values())
    for (let i = 0; i < value.length; i++) if (!Number.isFinite(value[i])) return false
  return true
}
