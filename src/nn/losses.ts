import type { Tensor } from '../engine/graph.ts'
import {
  binaryCrossEntropy as binaryCrossEntropyOp,
  mean,
  multiply,
  softmaxCrossEntropy,
  square,
  subtract,
  sum,
} from '../engine/ops/index.ts'
import { InklingError } from '../errors.ts'

/**
 * A loss is a function over ops: one value per example [batch] (its mean is what is minimised).
 *
 * `logits` [batch, ...] is the model without its closing softmax or sigmoid, `output` with it. `labels` is i32
 * [batch] or one-hot f32 [batch, classes]; a loss with `oneHot` set is only ever given the latter.
 * For a loss of your own: `const mine = Object.assign((logits, labels, output) => ..., { oneHot: true })`.
 */
export interface Loss {
  (logits: Tensor, labels: Tensor, output: Tensor): Tensor
  /** Whether it needs labels of the logits' shape. */
  readonly oneHot?: boolean
  /** 'input': what the model reads is what it should give; labels are not needed. */
  readonly target?: LossTarget
}
export type LossTarget = 'labels' | 'input'

/** Plain data of a built-in loss, for recipes and records. */
export type LossSpec =
  | { kind: 'crossEntropy'; labelSmoothing?: number; classWeights?: readonly number[] }
  | { kind: 'binaryCrossEntropy'; target?: LossTarget }
  | { kind: 'meanSquaredError'; target?: LossTarget }

/** A built-in loss with the plain data that makes it again. */
export type BuiltInLoss = Loss & { readonly spec: LossSpec }

export interface TargetOptions {
  /** What the output is compared with; default 'labels'. An autoencoder's is its 'input'. */
  target?: LossTarget
}

/** Settings of {@link crossEntropy}. */
export interface CrossEntropyOptions {
  /** Share of the target spread evenly over all classes. */
  labelSmoothing?: number
  /** Factor of each class in the loss, as Keras' class_weight (the mean divides by the number of examples). */
  classWeights?: readonly number[]
}

/** Softmax cross-entropy from logits [batch, classes]: what classifiers train with. */
export function crossEntropy({ labelSmoothing = 0, classWeights }: CrossEntropyOptions = {}): BuiltInLoss {
  if (!(labelSmoothing >= 0 && labelSmoothing < 1))
    throw new InklingError(`label smoothing must be at least 0 and below 1, got ${labelSmoothing}`, { exitCode: 2 })
  if (classWeights && !classWeights.every(w => w >= 0 && Number.isFinite(w)))
    throw new InklingError(`class weights must be numbers of at least 0, got ${classWeights}`, { exitCode: 2 })
  const loss: Loss = (logits, labels) => {
    const { losses } = softmaxCrossEntropy(logits, labels, labelSmoothing)
    if (!classWeights) return losses
    const classes = logits.shape[logits.shape.length - 1]
    if (classWeights.length !== classes)
      throw new InklingError(`there are ${classWeights.length} class weights for ${classes} classes`, { exitCode: 2 })
    const weights = logits.graph.constant(classWeights, [classWeights.length])
    return multiply(losses, sum(multiply(labels, weights), -1))
  }
  return Object.assign(loss, {
    oneHot: classWeights !== undefined,
    spec: { kind: 'crossEntropy', labelSmoothing, classWeights } as const,
  })
}

/** Binary cross-entropy from logits, every output a yes-or-no of its own; the mean over the outputs, as in Keras. */
export const binaryCrossEntropy = ({ target }: TargetOptions = {}): BuiltInLoss =>
  Object.assign((logits: Tensor, labels: Tensor) => perExample(binaryCrossEntropyOp(logits, labels)), {
    oneHot: true,
    target,
    spec: { kind: 'binaryCrossEntropy', ...(target && { target }) } as const,
  })

/** Mean squared difference of the model's output and the labels. */
export const meanSquaredError = ({ target }: TargetOptions = {}): BuiltInLoss =>
  Object.assign((_: Tensor, labels: Tensor, output: Tensor) => perExample(square(subtract(output, labels))), {
    oneHot: true,
    target,
    spec: { kind: 'meanSquaredError', ...(target && { target }) } as const,
  })

/** The built-in loss of that description. */
export function lossOf(spec: LossSpec): BuiltInLoss {
  if (spec.kind === 'crossEntropy') return crossEntropy(spec)
  return spec.kind === 'binaryCrossEntropy' ? binaryCrossEntropy(spec) : meanSquaredError(spec)
}

/** [batch, ...] -> [batch]. */
const perExample = (x: Tensor): Tensor =>
  x.shape.length < 2
    ? x
    : mean(
        x,
        x.shape.slice(1).map((_, i) => i + 1),
      )
