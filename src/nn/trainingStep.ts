import { gradients as gradientsOf } from '../engine/autodiff.ts'
import { Graph, type Parameter, type Tensor } from '../engine/graph.ts'
import {
  accumulate,
  add,
  affine,
  clear,
  clip,
  clipScale,
  correct,
  finiteGuard,
  mean,
  movingAverage,
  multiply,
  reshape,
  update,
} from '../engine/ops/index.ts'
import { HYPER, HYPER_SIZE } from '../engine/ops/optimizerRule.ts'
import { InklingError } from '../errors.ts'
import { averageName, Builder, stoppedName } from './context.ts'
import { type InputForm, inputValues } from './inputForm.ts'
import { crossEntropy, type Loss } from './losses.ts'
import type { Model } from './model.ts'
import type { Optimizer } from './optimizers.ts'

/** How examples become gradients. */
export interface PartStepOptions {
  /** Examples that are computed at once. */
  batch: number
  input: InputForm
  /** Default: what the loss needs; 'integer' where it takes both. */
  labels?: 'integer' | 'oneHot'
  /** Default: softmax cross-entropy. */
  loss?: Loss
}

export interface TrainingStepOptions extends PartStepOptions {
  optimizer: Optimizer
}

export interface TrainingStep {
  graph: Graph
  outputs: {
    /** [1], the mean over the batch, and the weighted means of auxiliary outputs; times `share` in a part. */
    loss: Tensor
    /** [batch], 1 where the largest logit is the label's. */
    correct: Tensor
    /** [1], non-zero once a loss or gradient was not finite: nothing is updated from then on. */
    stopped: Tensor
  }
}

/**
 * One whole training step as a graph: forward, loss, gradients, watch for NaN, clipping, updates.
 *
 * Inputs: `x` [batch, ...], `y` (i32 [batch] or f32 [batch, ...output]), `seed` (i32 [2]: seed, step), `hyper`
 * (f32 [HYPER_SIZE], from `optimizer.hyper`), and when augmenting `index` (i32 [batch]) and `epochSeed` (i32 [2]:
 * seed, epoch); no `y` when the loss compares with the input. A model of several inputs adds them by their names.
 */
export function trainingStep(model: Model, options: TrainingStepOptions): TrainingStep {
  const graph = new Graph()
  const { builder, outputs, trained, gradients } = backward(graph, model, options)
  graph.scope('optimizer', () => {
    builder.finishStatistics()
    updateAll(graph, trained, gradients, options.optimizer)
  })
  return { graph, outputs }
}

/**
 * The step of a batch that is computed in parts, up to the gradients: they are added to sums that the session holds until
 * {@link updateStep} has used them. Inputs: those of {@link trainingStep} but for `hyper`, and `share` (f32 [1]): this
 * part's share of the batch's examples. After parts whose shares add up to 1 the sums are the gradients of the mean loss
 * over the whole batch. Batch normalisation sees each part by itself.
 */
export function partStep(model: Model, options: PartStepOptions): TrainingStep {
  const graph = new Graph()
  const share = graph.input('share', [1])
  const { builder, outputs, trained, gradients } = backward(graph, model, options, share)
  graph.scope('optimizer', () => {
    builder.finishStatistics()
    accumulate(gradientSums(graph, trained), gradients)
  })
  return { graph, outputs }
}

/** The update that ends a batch computed in parts: by the sums of {@link partStep}, which are 0 again. Input: `hyper`. */
export function updateStep(
  model: Model,
  optimizer: Optimizer,
): { graph: Graph; outputs: Pick<TrainingStep['outputs'], 'stopped'> } {
  const graph = new Graph()
  const trained = model.parameters().filter(p => p.trainable)
  for (const { name, shape, kind } of trained) graph.parameter(name, shape, { kind })
  const stopped = graph.parameter(stoppedName, [1], stateOptions)
  graph.scope('optimizer', () => {
    const sums = gradientSums(graph, trained)
    finiteGuard(stopped, sums) // finite parts may add up to infinity
    updateAll(graph, trained, sums, optimizer)
    clear(sums)
  })
  return { graph, outputs: { stopped } }
}

type Trained = Pick<Parameter, 'name' | 'shape' | 'kind'>

/** Forward, loss, gradients and the watch for NaN. */
function backward(graph: Graph, model: Model, options: PartStepOptions, share?: Tensor) {
  const { batch, input, loss = crossEntropy() } = options
  const labels = labelsInput(graph, model, loss, options)
  const seed = graph.input('seed', [2], 'i32')
  const builder = new Builder(graph, { training: true, seed })

  const x = graph.scope('input', () => inputValues(graph, model, batch, input))
  const { logits, auxiliary } = model.buildOutputs(builder, x)
  const { total, right } = graph.scope('loss', () => {
    const average = (z: Tensor) => mean(reshape(loss(z, labels ?? x, model.activate(z)), [-1]), 0, true)
    const all = auxiliary.reduce((sum, a) => add(sum, affine(average(a.logits), a.weight)), average(logits))
    return {
      total: share ? multiply(all, share) : all,
      right:
        labels && logits.shape.length === 2
          ? correct(logits, labels)
          : graph.constant(new Float32Array(batch), [batch]),
    }
  })

  const trained = [...graph.parameters.values()].filter(p => p.trainable)
  if (trained.length === 0) throw new InklingError(`model ${model.name} has no parameter to train`, { exitCode: 2 })
  const gradients = gradientsOf(
    total,
    trained.map(p => p.tensor),
  )
  const { stopped } = builder
  graph.scope('optimizer', () => finiteGuard(stopped, [total, ...gradients]))
  return { builder, trained, gradients, outputs: { loss: total, correct: right, stopped } }
}

/** Clips the gradients and updates the parameters by them, then the running averages. Adds input `hyper`. */
function updateAll(
  graph: Graph,
  trained: readonly Trained[],
  gradients: readonly Tensor[],
  optimizer: Optimizer,
): void {
  const hyper = graph.input('hyper', [HYPER_SIZE])
  const stopped = graph.parameter(stoppedName, [1], stateOptions)
  const { clipValue, clipNorm, averaging } = optimizer
  const clipped = clipValue === undefined ? gradients : gradients.map(g => clip(g, -clipValue, clipValue))
  const scale = clipNorm === undefined ? graph.constant([1], [1]) : clipScale(clipped, clipNorm)
  const factors = rateFactors(optimizer, trained)
  const blocks = new Map<string, Tensor>()
  const blockOf = (factor: number, decays: boolean): Tensor => {
    const key = `${factor} ${decays}`
    if (!blocks.has(key)) blocks.set(key, factor === 1 && decays ? hyper : changed(hyper, factor, decays))
    return blocks.get(key) as Tensor
  }
  trained.forEach(({ name, shape, kind }, i) => {
    update(optimizer.kind, {
      parameter: graph.parameter(name, shape),
      gradient: clipped[i],
      hyper: blockOf(factors[i], kind === 'weight' || optimizer.weightDecay === 0),
      stopped,
      scale,
      states: optimizer.states.map(state => graph.parameter(stateName(state, name), shape, stateOptions)),
    })
  })
  if (averaging === undefined) return
  for (const { name, shape } of trained)
    movingAverage(
      graph.parameter(averageName(name), shape, stateOptions),
      graph.parameter(name, shape),
      stopped,
      averaging,
    )
}

const gradientSums = (graph: Graph, trained: readonly Trained[]): Tensor[] =>
  trained.map(({ name, shape }) => graph.parameter(gradientSumName(name), shape, stateOptions))

/** Input `y`; none where the loss compares with the model's own input. */
function labelsInput(
  graph: Graph,
  model: Model,
  loss: Loss,
  { batch, labels = loss.oneHot ? 'oneHot' : 'integer' }: PartStepOptions,
): Tensor | undefined {
  if (loss.target === 'input') {
    if (model.outputShape.join() === model.inputShape.join()) return undefined
    throw new InklingError(
      `a loss against the input needs an output of its shape; model ${model.name} makes [${model.outputShape}] of [${model.inputShape}]`,
      { exitCode: 2 },
    )
  }
  if (labels === 'oneHot') return graph.input('y', [batch, ...model.outputShape])
  if (loss.oneHot) throw new InklingError('this loss needs one-hot labels, got integer labels', { exitCode: 2 })
  return graph.input('y', [batch], 'i32')
}

const stateOptions = { trainable: false, kind: 'state' } as const
/** Name of the sum of a parameter's gradients over the parts of a batch. It is 0 between batches. */
export const gradientSumName = (parameter: string) => `training/gradient/${parameter}`
/** Name of an optimizer's state of a parameter: `optimizer/mean/dense_1/kernel`. */
export const stateName = (state: string, parameter: string) => `optimizer/${state}/${parameter}`

/**
 * First values of all that training adds to a model's parameters: zeros, but for running averages of the weights,
 * which start at the weights.
 */
export function initialState(
  model: Model,
  optimizer: Optimizer,
  weights: ReadonlyMap<string, Float32Array>,
): Map<string, Float32Array> {
  const state = new Map<string, Float32Array>()
  for (const p of model.parameters()) {
    if (!p.trainable) continue
    const values = weights.get(p.name)
    if (!values) throw new InklingError(`no weights for "${p.name}" of model ${model.name}`)
    for (const name of optimizer.states) state.set(stateName(name, p.name), new Float32Array(values.length))
    if (optimizer.averaging !== undefined) state.set(averageName(p.name), values.slice())
  }
  return state
}

/** First values of a model's parameters by name. */
export const initialWeights = (model: Model, seed: number): Map<string, Float32Array> => model.initialWeights(seed)

/** The factor of the rate for each parameter. */
function rateFactors({ rates }: Optimizer, trained: readonly Trained[]): number[] {
  const starts = Object.keys(rates).sort((a, b) => b.length - a.length)
  const unused = starts.find(start => !trained.some(({ name }) => name.startsWith(start)))
  if (unused !== undefined)
    throw new InklingError(`rates names "${unused}", which no parameter that is trained begins with`, {
      exitCode: 2,
      hint: `These begin with ${[...new Set(trained.map(({ name }) => name.replace(/[^/]*$/, '')))].slice(0, 12).join(', ')}.`,
    })
  return trained.map(({ name }) => rates[starts.find(start => name.startsWith(start)) ?? ''] ?? 1)
}

/** The hyper block with another rate, or with no decay: biases, scales and shifts are not pulled towards 0. */
function changed(hyper: Tensor, factor: number, decays: boolean): Tensor {
  const mask = new Float32Array(HYPER_SIZE).fill(1)
  mask[HYPER.rate] = factor
  if (!decays) {
    mask[HYPER.decay] = 0
    mask[HYPER.decoupledDecay] = 0
  }
  return multiply(hyper, hyper.graph.constant(mask, [HYPER_SIZE]))
}
