import { InklingError } from '../../errors.ts'
import type { Op, ReferenceArray, Spec, Tensor } from '../graph.ts'
import { f32, shapeError, show } from './check.ts'
import { eachRow, logSumExp } from './softmax.ts'

export interface CrossEntropyAttrs {
  /** Share of the target spread evenly over all classes (Szegedy et al. 2016). */
  smoothing: number
}

/** The target probability of `column` in `row`: integer labels [rows] or rows of probabilities [rows, classes]. */
function target(
  labels: ReferenceArray,
  integer: boolean,
  row: number,
  column: number,
  classes: number,
  smoothing: number,
) {
  const hard = integer ? (labels[row] === column ? 1 : 0) : labels[row * classes + column]
  return hard * (1 - smoothing) + smoothing / classes
}

function checkLabels(op: string, logits: Spec, labels: Spec): void {
  const rows = logits.shape.slice(0, -1)
  const fits =
    labels.dtype === 'i32' ? labels.shape.join() === rows.join() : labels.shape.join() === logits.shape.join()
  if (!fits)
    throw shapeError(
      op,
      `${labels.dtype} labels of shape ${show(labels.shape)} for logits ${show(logits.shape)}`,
      `i32 labels ${show(rows)} or f32 one-hot labels ${show(logits.shape)}`,
    )
}

/**
 * Inputs: logits [rows, classes], labels (i32 [rows] or f32 [rows, classes]).
 * Outputs: loss [rows] = -sum(target * log softmax), and the probabilities [rows, classes].
 */
export const softmaxCrossEntropyOp: Op<CrossEntropyAttrs> = {
  name: 'softmaxCrossEntropy',
  infer([logits, labels]) {
    checkLabels('softmaxCrossEntropy', logits, labels)
    return [f32(logits.shape.slice(0, -1)), f32(logits.shape)]
  },
  gradient(node, [dy]) {
    if (!dy) return []
    const [, labels] = node.inputs
    return [
      dy.graph.add(softmaxCrossEntropyGradientOp, [dy, node.outputs[1], labels], node.attrs as never)[0],
      undefined,
    ]
  },
  reference({ attrs, inputs: [x, labels], outputs: [loss, y], inputSpecs: [spec, labelSpec] }) {
    const classes = spec.shape[spec.shape.length - 1]
    eachRow(spec.shape, (from, to, row) => {
      const lse = logSumExp(x, from, to)
      for (let i = from; i < to; i++) {
        const t = target(labels, labelSpec.dtype === 'i32', row, i - from, classes, attrs.smoothing)
        y[i] = Math.exp(x[i] - lse)
        if (t !== 0) loss[row] -= t * (x[i] - lse)
      }
    })
  },
}

/** d logits = (probabilities - target) * d loss; targets that sum to one. */
export const softmaxCrossEntropyGradientOp: Op<CrossEntropyAttrs> = {
  name: 'softmaxCrossEntropyGradient',
  infer: ([, y]) => [f32(y.shape)],
  reference({ attrs, inputs: [dy, y, labels], outputs: [dx], inputSpecs: [, spec, labelSpec] }) {
    const classes = spec.shape[spec.shape.length - 1]
    eachRow(spec.shape, (from, to, row) => {
      for (let i = from; i < to; i++) {
        const t = target(labels, labelSpec.dtype === 'i32', row, i - from, classes, attrs.smoothing)
        dx[i] = (y[i] - t) * dy[row]
      }
    })
  },
}

/** Inputs: logits z and targets t in 0..1, same shape. Output: max(z,0) - z t + log(1 + exp(-|z|)), elementwise. */
export const binaryCrossEntropyOp: Op<object> = {
  name: 'binaryCrossEntropy',
  infer([z, t]) {
    if (z.shape.join() !== t.shape.join())
      throw shapeError('binaryCrossEntropy', `${show(z.shape)} and ${show(t.shape)}`, 'equal shapes')
    return [f32(z.shape)]
  },
  gradient(node, [dy]) {
    return dy ? [dy.graph.add(binaryCrossEntropyGradientOp, [dy, ...node.inputs], {})[0], undefined] : []
  },
  reference({ inputs: [z, t], outputs: [y] }) {
    for (let i = 0; i < y.length; i++) y[i] = Math.max(z[i], 0) - z[i] * t[i] + Math.log1p(Math.exp(-Math.abs(z[i])))
  },
}

export const binaryCrossEntropyGradientOp: Op<object> = {
  name: 'binaryCrossEntropyGradient',
  infer: ([dy]) => [f32(dy.shape)],
  reference({ inputs: [dy, z, t], outputs: [dz] }) {
    for (let i = 0; i < dz.length; i++) dz[i] = dy[i] * (1 / (1 + Math.exp(-z[i])) - t[i])
  },
}

/** 1 where the largest logit of a row (the first, where several are) is the label's, else 0. Outputs [rows]. */
export const correctOp: Op<object> = {
  name: 'correct',
  infer([logits, labels]) {
    checkLabels('correct', logits, labels)
    return [f32(logits.shape.slice(0, -1))]
  },
  gradient: () => [],
  reference({ inputs: [x, labels], outputs: [y], inputSpecs: [spec, labelSpec] }) {
    const best = (v: ReferenceArray, from: number, to: number) => {
      let at = from
      for (let i = from + 1; i < to; i++) if (v[i] > v[at]) at = i
      return at - from
    }
    eachRow(spec.shape, (from, to, row) => {
      const label = labelSpec.dtype === 'i32' ? labels[row] : best(labels, from, to)
      y[row] = best(x, from, to) === label ? 1 : 0
    })
  },
}

/**
 * Softmax cross-entropy per row.
 *
 * @param logits [rows, classes]
 * @param labels i32 [rows], or f32 [rows, classes] whose rows sum to one
 * @returns losses [rows] and probabilities [rows, classes]
 */
export function softmaxCrossEntropy(
  logits: Tensor,
  labels: Tensor,
  smoothing = 0,
): { losses: Tensor; probabilities: Tensor } {
  if (!(smoothing >= 0 && smoothing < 1)) throw new InklingError(`label smoothing must be in [0, 1), got ${smoothing}`)
  const [losses, probabilities] = logits.graph.add(softmaxCrossEntropyOp, [logits, labels], { smoothing })
  return { losses, probabilities }
}

/** Binary cross-entropy from logits, elementwise (no sigmoid before it). */
export const binaryCrossEntropy = (logits: Tensor, targets: Tensor): Tensor =>
  logits.graph.add(binaryCrossEntropyOp, [logits, targets], {})[0]

/** 1 where a row is classified rightly, else 0: [rows]. */
export const correct = (logits: Tensor, labels: Tensor): Tensor => logits.graph.add(correctOp, [logits, labels], {})[0]
