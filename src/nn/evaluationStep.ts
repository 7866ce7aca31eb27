import { Graph, type Tensor } from '../engine/graph.ts'
import type { AugmentSettings } from '../engine/ops/augmentPicture.ts'
import { sigmoid, softmax } from '../engine/ops/index.ts'
import { Builder } from './context.ts'
import { type InputForm, inputValues } from './inputForm.ts'
import type { Model } from './model.ts'

export interface EvaluationStepOptions {
  batch: number
  input: InputForm
  /** Use the running averages of the weights (an optimizer with `averaging` keeps them). */
  averaged?: boolean
  /** Move the pictures at random, as in training: for test-time augmentation. Adds inputs `index` and `epochSeed`. */
  augment?: AugmentSettings
}

export interface EvaluationStep {
  graph: Graph
  /** Both [batch, ...output]. Probabilities: softmax, or sigmoid where the model ends in one. */
  outputs: { logits: Tensor; probabilities: Tensor }
  /** [batch, ...input]: the examples as the model reads them. */
  input: Tensor
}

/** Prediction as a graph: running statistics, no dropout, no augmentation unless asked for. Input: `x` [batch, ...]. */
export function evaluationStep(
  model: Model,
  { batch, input, averaged = false, augment }: EvaluationStepOptions,
): EvaluationStep {
  const graph = new Graph()
  const builder = new Builder(graph, { training: false, averaged })
  const x = graph.scope('input', () => inputValues(graph, model, batch, { ...input, augment }))
  const logits = model.build(builder, x)
  const probabilities = graph.scope('output', () =>
    model.outputActivation === 'sigmoid' ? sigmoid(logits) : softmax(logits),
  )
  return { graph, outputs: { logits, probabilities }, input: x }
}
