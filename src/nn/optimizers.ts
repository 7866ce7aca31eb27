import { writeHyper } from '../engine/ops/optimizerHyper.ts'
import { HYPER_SIZE, type OptimizerKind, optimizerStates } from '../engine/ops/optimizerRule.ts'
import { InklingError } from '../errors.ts'

/** What every optimizer takes. */
export interface OptimizerOptions {
  /**
   * Pulls weights (not biases, nor the scales of normalisation) towards 0. adamw: decoupled from the step; the others:
   * an L2 penalty added to the gradient, as PyTorch does.
   */
  weightDecay?: number
  /** Scales all gradients down together where their joint norm is above this. */
  clipNorm?: number
  /** Holds every gradient element within plus and minus this (before clipNorm). */
  clipValue?: number
  /** Keeps running averages of the weights that hold on to this share at each step, such as 0.999. */
  averaging?: number
  /**
   * Discriminative rates: factors of the rate, by what the names of parameters begin with: `{ 'specialist_': 0.1 }`, or
   * `{ 'conv_1/': 0 }` for a layer that stays as it is. The longest beginning counts; all others have 1.
   */
  rates?: Readonly<Record<string, number>>
}

/** Plain data of an optimizer: for recipes, `config.json` and exact resumes. */
export interface OptimizerSpec extends OptimizerOptions {
  kind: 'sgd' | 'rmsprop' | 'adam' | 'adamw' | 'amsgrad'
  /** Learning rate; a schedule multiplies it. */
  rate: number
  /** sgd. */
  momentum?: number
  /** sgd. */
  nesterov?: boolean
  /** rmsprop: share of the old average of squares. */
  rho?: number
  /** adam, adamw, amsgrad. */
  beta1?: number
  beta2?: number
  epsilon?: number
}

/** An optimizer: plain data, and the block of numbers that its kernel reads at each step. */
export interface Optimizer {
  readonly spec: Readonly<OptimizerSpec>
  /** The update rule. */
  readonly kind: OptimizerKind
  /** Names of the states it keeps for every weight. */
  readonly states: readonly string[]
  readonly rate: number
  readonly weightDecay: number
  readonly clipNorm: number | undefined
  readonly clipValue: number | undefined
  readonly averaging: number | undefined
  readonly rates: Readonly<Record<string, number>>
  /** The values of input `hyper` at `step` (the first is 1) and learning rate `rate`. */
  hyper(step: number, rate?: number): Float32Array
}

/** An optimizer from plain data. Defaults are those of Keras. */
export function createOptimizer(spec: OptimizerSpec): Optimizer {
  const { rate, weightDecay = 0, momentum = 0, rho = 0.9, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 } = spec
  const name = spec.kind
  if (!(ruleOf(spec) in optimizerStates))
    throw new InklingError(`there is no optimizer "${name}"`, {
      exitCode: 2,
      hint: 'Known: sgd, rmsprop, adam, adamw, amsgrad.',
    })
  if (spec.nesterov && !momentum)
    throw new InklingError(`${name}: nesterov needs a momentum`, { exitCode: 2, hint: 'Such as momentum: 0.9.' })
  if (name !== 'sgd' && momentum)
    throw new InklingError(`${name} has no momentum to set: only sgd does`, { exitCode: 2 })
  check(name, 'the learning rate', rate, rate > 0)
  check(name, 'weightDecay', weightDecay, weightDecay >= 0)
  for (const [what, value] of Object.entries({ momentum, rho, beta1, beta2 }))
    check(name, what, value, value >= 0 && value < 1)
  check(name, 'epsilon', epsilon, epsilon > 0)
  for (const what of ['clipNorm', 'clipValue'] as const) check(name, what, spec[what] ?? 1, (spec[what] ?? 1) > 0)
  check(name, 'averaging', spec.averaging ?? 0, (spec.averaging ?? 0) >= 0 && (spec.averaging ?? 0) < 1)

  for (const [start, factor] of Object.entries(spec.rates ?? {}))
    check(name, `the rate of ${start}`, factor, factor >= 0)

  const decay = name === 'adamw' ? { decoupledDecay: weightDecay } : { decay: weightDecay }
  const kind = ruleOf(spec)
  return {
    spec,
    kind,
    states: optimizerStates[kind],
    rate,
    weightDecay,
    clipNorm: spec.clipNorm,
    clipValue: spec.clipValue,
    averaging: spec.averaging,
    rates: spec.rates ?? {},
    hyper(step, stepRate = rate) {
      const block = new Float32Array(HYPER_SIZE)
      writeHyper(
        block,
        { rate: stepRate, momentum, beta1, beta2: name === 'rmsprop' ? rho : beta2, epsilon, ...decay },
        step,
      )
      return block
    },
  }
}

function ruleOf({ kind, momentum, nesterov }: OptimizerSpec): OptimizerKind {
  if (kind === 'sgd') return momentum ? (nesterov ? 'nesterov' : 'momentum') : 'sgd'
  return kind === 'adamw' ? 'adam' : kind
}

function check(optimizer: string, what: string, value: number, fits: boolean): void {
  if (!fits || !Number.isFinite(value))
    throw new InklingError(`${optimizer}: ${what} can't be ${value}`, {
      exitCode: 2,
      hint: 'Rates, decay and clipping are positive numbers; momenta are at least 0 and below 1.',
    })
}

/** Stochastic gradient descent, with momentum or Nesterov's if given. */
export const sgd = (
  rate = 0.01,
  options: OptimizerOptions & { momentum?: number; nesterov?: boolean } = {},
): Optimizer => createOptimizer({ kind: 'sgd', rate, ...options })

/** Divides by a running root mean square of the gradient (Tieleman and Hinton 2012). */
export const rmsprop = (rate = 1e-3, options: OptimizerOptions & { rho?: number; epsilon?: number } = {}): Optimizer =>
  createOptimizer({ kind: 'rmsprop', rate, ...options })

type AdamOptions = OptimizerOptions & { beta1?: number; beta2?: number; epsilon?: number }

/** Adam (Kingma and Ba 2015). */
export const adam = (rate = 1e-3, options: AdamOptions = {}): Optimizer =>
  createOptimizer({ kind: 'adam', rate, ...options })

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019). */
export const adamw = (rate = 1e-3, { weightDecay = 0.004, ...options }: AdamOptions = {}): Optimizer =>
  createOptimizer({ kind: 'adamw', rate, weightDecay, ...options })

/** Adam that divides by the largest second moment so far (Reddi et al. 2018). */
export const amsgrad = (rate = 1e-3, options: AdamOptions = {}): Optimizer =>
  createOptimizer({ kind: 'amsgrad', rate, ...options })
