import { InklingError } from '../errors.ts'

/** How the learning rate changes, as plain data. Every schedule gives a factor of the optimizer's rate. */
export type Schedule =
  | { kind: 'constant' }
  /** factor^(whole epochs / every). */
  | { kind: 'step'; every: number; factor: number }
  /** decay^(steps / every), in whole steps of `every` if staircase (Keras ExponentialDecay). */
  | { kind: 'exponential'; decay: number; every: number; staircase?: boolean }
  /** 1 / (1 + decay * steps): the `decay` of older Keras optimizers. */
  | { kind: 'inverseTime'; decay: number }
  /** Half a cosine from 1 to `floor` over the run, after `warmup` (a share of the run) of linear growth. */
  | { kind: 'cosine'; floor?: number; warmup?: number }
  /** In straight lines: from `start` (default 0) up to 1 over `warmup` (a share of the run), down to `floor` at its end. */
  | { kind: 'linear'; warmup?: number; start?: number; floor?: number }
  /** Up from 1/start to 1 over `warmup` of the run, then down to 1/start/end, along cosines (Smith 2018, as PyTorch). */
  | { kind: 'oneCycle'; warmup?: number; start?: number; end?: number }
  /** Times `factor` when `monitor` has not improved by `minDelta` for `patience` epochs (Keras' callback). */
  | ReduceOnPlateau

export interface ReduceOnPlateau {
  kind: 'reduceOnPlateau'
  /** Default 'validationLoss'. */
  monitor?: 'validationLoss' | 'validationAccuracy' | 'loss' | 'accuracy'
  /** Default 0.1. */
  factor?: number
  /** Epochs without improvement before it acts; default 10. */
  patience?: number
  /** Lowest learning rate; default 0. */
  floor?: number
  /** Least change that counts as improvement; default 1e-4. */
  minDelta?: number
  /** Epochs after a change in which it waits; default 0. */
  cooldown?: number
}

export const constant = (): Schedule => ({ kind: 'constant' })
export const step = (every: number, factor = 0.1): Schedule => checked({ kind: 'step', every, factor })
export const exponential = (decay: number, every: number, staircase = false): Schedule =>
  checked({ kind: 'exponential', decay, every, staircase })
export const inverseTime = (decay: number): Schedule => checked({ kind: 'inverseTime', decay })
export const cosine = (options: { floor?: number; warmup?: number } = {}): Schedule =>
  checked({ kind: 'cosine', ...options })
export const linear = (options: { warmup?: number; start?: number; floor?: number } = {}): Schedule =>
  checked({ kind: 'linear', ...options })
export const oneCycle = (options: { warmup?: number; start?: number; end?: number } = {}): Schedule =>
  checked({ kind: 'oneCycle', ...options })
export const reduceOnPlateau = (options: Omit<ReduceOnPlateau, 'kind'> = {}): Schedule =>
  checked({ kind: 'reduceOnPlateau', ...options })

/** Where in the run a step is. */
export interface ScheduleTime {
  /** Steps done so far: 0 at the first. */
  step: number
  stepsPerEpoch: number
  /** Of the whole run. */
  totalSteps: number
}

/** Factor of the learning rate for the step about to run. `plateau` is the state of reduceOnPlateau. */
export function scheduleFactor(
  schedule: Schedule,
  { step, stepsPerEpoch, totalSteps }: ScheduleTime,
  plateau?: PlateauState,
): number {
  switch (schedule.kind) {
    case 'constant':
      return 1
    case 'step':
      return schedule.factor ** Math.floor(Math.floor(step / stepsPerEpoch) / schedule.every)
    case 'exponential': {
      const times = step / schedule.every
      return schedule.decay ** (schedule.staircase ? Math.floor(times) : times)
    }
    case 'inverseTime':
      return 1 / (1 + schedule.decay * step)
    case 'cosine': {
      const { floor = 0, warmup = 0 } = schedule
      const rise = Math.round(warmup * totalSteps)
      if (step < rise) return (step + 1) / rise
      return between(1, floor, (step - rise) / Math.max(1, totalSteps - rise))
    }
    case 'linear': {
      const { warmup = 0, start = 0, floor = 0 } = schedule
      const rise = warmup * totalSteps
      if (step < rise) return start + ((1 - start) * step) / rise
      return 1 + ((floor - 1) * (step - rise)) / Math.max(1, totalSteps - rise)
    }
    case 'oneCycle': {
      const { warmup = 0.3, start = 25, end = 1e4 } = schedule
      const peak = warmup * totalSteps - 1
      if (step < peak) return between(1 / start, 1, step / peak)
      return between(1, 1 / start / end, Math.min(1, (step - peak) / Math.max(1, totalSteps - 1 - peak)))
    }
    case 'reduceOnPlateau':
      return plateau?.factor ?? 1
  }
}

/** Along half a cosine from a (share 0) to b (share 1). */
const between = (a: number, b: number, share: number) =>
  b + ((a - b) * (1 + Math.cos(Math.PI * Math.min(1, share)))) / 2

/** What reduceOnPlateau remembers from epoch to epoch: plain data, kept in checkpoints. */
export interface PlateauState {
  factor: number
  best: number | null
  wait: number
  cooldown: number
}

export const plateauStart = (): PlateauState => ({ factor: 1, best: null, wait: 0, cooldown: 0 })

/**
 * The state after an epoch that ended with `value` of the monitored figure.
 *
 * @param rate the optimizer's own learning rate, for the floor
 */
export function plateauNext(schedule: ReduceOnPlateau, state: PlateauState, value: number, rate: number): PlateauState {
  const { monitor = 'validationLoss', factor = 0.1, patience = 10, floor = 0, minDelta = 1e-4, cooldown = 0 } = schedule
  const sign = monitor.toLowerCase().endsWith('accuracy') ? -1 : 1
  const next = { ...state, cooldown: Math.max(0, state.cooldown - 1) }
  if (next.cooldown > 0) next.wait = 0
  // After NaN everything is better.
  const first = state.best === null && !Number.isNaN(value)
  if (first || sign * value < sign * (state.best ?? NaN) - minDelta) return { ...next, best: value, wait: 0 }
  if (next.cooldown > 0) return next
  next.wait++
  if (next.wait < patience || rate * state.factor <= floor) return next
  return { ...next, factor: Math.max(state.factor * factor, floor / rate), wait: 0, cooldown }
}

/** Refuses schedules that make no sense; gives its argument. */
export function checked<S extends Schedule>(schedule: S): S {
  const refuse = (what: string, value: unknown) => {
    throw new InklingError(`schedule ${schedule.kind}: ${what} can't be ${value}`, { exitCode: 2 })
  }
  const within = (what: string, value: number | undefined, low: number, high: number) => {
    if (value !== undefined && !(value >= low && value <= high)) refuse(what, value)
  }
  for (const [key, value] of Object.entries(schedule))
    if (key !== 'kind' && typeof value === 'number' && !Number.isFinite(value)) refuse(key, value)
  const s: Readonly<Record<string, number | undefined>> = schedule as never
  if (schedule.kind !== 'reduceOnPlateau') within('every', s.every, Number.MIN_VALUE, Infinity)
  within('factor', s.factor, 0, 1)
  within('decay', s.decay, 0, schedule.kind === 'exponential' ? 1 : Infinity)
  within('warmup', s.warmup, 0, 1)
  within('floor', s.floor, 0, schedule.kind === 'reduceOnPlateau' ? Infinity : 1)
  if (schedule.kind === 'linear') within('start', s.start, 0, 1)
  else within('start', s.start, 1, Infinity)
  within('end', s.end, 1, Infinity)
  within('patience', s.patience, 0, Infinity)
  within('cooldown', s.cooldown, 0, Infinity)
  return schedule
}
