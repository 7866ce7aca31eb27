import { gradients } from '../engine/autodiff.ts'
import { Graph, type Tensor } from '../engine/graph.ts'
import {
  add,
  affine,
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
import { averageName, Builder } from './context.ts'
import { type InputForm, inputValues } from './inputForm.ts'
import { crossEntropy, type Loss } from './losses.ts'
import type { Model } from './model.ts'
import type { Optimizer } from './optimizers.ts'

export interface TrainingStepOptions {
  batch: number
  input: InputForm
  /** Default: what the loss needs; 'integer' where it takes both. */
  labels?: 'integer' | 'oneHot'
  /** Default: softmax cross-entropy. */
  loss?: Loss
  optimizer: Optimizer
}

export interface TrainingStep {
  graph: Graph
  outputs: {
    /** [1], the mean over the batch, and the weighted means of auxiliary outputs. */
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
  const { batch, input, loss = crossEntropy(), optimizer } = options
  const graph = new Graph()
  const labels = labelsInput(graph, model, loss, options)
  const seed = graph.input('seed', [2], 'i32')
  const hyper = graph.input('hyper', [HYPER_SIZE])
  const builder = new Builder(graph, { training: true, seed })

  const x = graph.scope('input', () => inputValues(graph, model, batch, input))
  const { logits, auxiliary } = model.buildOutputs(builder, x)
  const { total, right } = graph.scope('loss', () => {
    const average = (z: Tensor) => mean(reshape(loss(z, labels ?? x, model.activate(z)), [-1]), 0, true)
    return {
      total: auxiliary.reduce((sum, a) => add(sum, affine(average(a.logits), a.weight)), average(logits)),
      right:
        labels && logits.shape.length === 2
          ? correct(logits, labels)
          : graph.constant(new Float32Array(batch), [batch]),
    }
  })

  const trained = [...graph.parameters.values()].filter(p => p.trainable)
  if (trained.length === 0) throw new InklingError(`model ${model.name} has no parameter to train`, { exitCode: 2 })
  const raw = gradients(
    total,
    trained.map(p => p.tensor),
  )
  const { stopped } = builder
  graph.scope('optimizer', () => {
    finiteGuard(stopped, [total, ...raw])
    const { clipValue, clipNorm } = optimizer
    const clipped = clipValue === undefined ? raw : raw.map(g => clip(g, -clipValue, clipValue))
    const scale = clipNorm === undefined ? graph.constant([1], [1]) : clipScale(clipped, clipNorm)
    const undecayed = optimizer.weightDecay > 0 ? withoutDecay(hyper) : hyper
    trained.forEach((p, i) => {
      const states = optimizer.states.map(state => graph.parameter(stateName(state, p.name), p.shape, stateOptions))
      update(optimizer.kind, {
        parameter: p.tensor,
        gradient: clipped[i],
        hyper: p.kind === 'weight' ? hyper : undecayed,
        stopped,
        scale,
        states,
      })
    })
    builder.finishStatistics()
    if (optimizer.averaging !== undefined)
      for (const p of trained)
        movingAverage(
          graph.parameter(averageName(p.name), p.shape, stateOptions),
          p.tensor,
          stopped,
          optimizer.averaging,
        )
  })
  return { graph, outputs: { loss: total, correct: right, stopped } }
}

/** Input `y`; none where the loss compares with the model's own input. */
function labelsInput(
  graph: Graph,
  model: Model,
  loss: Loss,
  { batch, labels = loss.oneHot ? 'oneHot' : 'integer' }: TrainingStepOptions,
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

/** The hyper block with no decay: biases, scales and shifts are not pulled towards 0. */
function withoutDecay(hyper: Tensor): Tensor {
  const mask = new Float32Array(HYPER_SIZE).fill(1)
  mask[HYPER.decay] = 0
  mask[HYPER.decoupledDecay] = 0
  return multiply(hyper, hyper.graph.constant(mask, [HYPER_SIZE]))
}
