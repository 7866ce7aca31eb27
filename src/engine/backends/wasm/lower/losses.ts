import { type Op, sizeOf, type Tensor } from '../../../graph.ts'
import {
  binaryCrossEntropyGradientOp,
  binaryCrossEntropyOp,
  type CrossEntropyAttrs,
  correctOp,
  softmaxCrossEntropyGradientOp,
  softmaxCrossEntropyOp,
} from '../../../ops/crossEntropy.ts'
import { type DropoutAttrs, dropoutOp } from '../../../ops/dropout.ts'
import { logSoftmaxOp, softmaxGradientOp, softmaxOp } from '../../../ops/softmax.ts'
import type { Lowering } from './table.ts'

/** Softmax, losses and dropout. */
export function lossLowerings(): [Op, Lowering][] {
  return [
    [softmaxOp, softmax('softmax')],
    [logSoftmaxOp, softmax('logSoftmax')],
    [softmaxGradientOp, softmaxGradient],
    [softmaxCrossEntropyOp, crossEntropy],
    [softmaxCrossEntropyGradientOp, crossEntropyGradient],
    [binaryCrossEntropyOp, binaryCrossEntropy],
    [binaryCrossEntropyGradientOp, binaryCrossEntropyGradient],
    [correctOp, correct],
    [dropoutOp, dropout],
  ]
}

function rowsAndColumns({ shape }: Tensor) {
  const cols = shape[shape.length - 1]
  return { rows: sizeOf(shape) / cols, cols }
}
const labelKind = (labels: Tensor) => (labels.dtype === 'i32' ? 0 : 1)

const softmax =
  (name: 'softmax' | 'logSoftmax'): Lowering =>
  ({ main, outputs: [y] }, program) => {
    const [x] = main.inputs
    program.emit(name, { src: program.at(x), dst: program.output(y), ...rowsAndColumns(x) })
  }

const softmaxGradient: Lowering = ({ main, outputs: [dx] }, program) => {
  const [dy, y] = main.inputs
  program.emit('softmaxGrad', { dy: program.at(dy), y: program.at(y), dx: program.output(dx), ...rowsAndColumns(y) })
}

const crossEntropy: Lowering = ({ main, outputs: [losses, probabilities] }, program) => {
  const [logits, labels] = main.inputs
  program.emit('softmaxCrossEntropy', {
    logits: program.at(logits),
    labels: program.at(labels),
    labelKind: labelKind(labels),
    smoothing: (main.attrs as unknown as CrossEntropyAttrs).smoothing,
    probs: program.output(probabilities),
    loss: program.output(losses),
    ...rowsAndColumns(logits),
  })
}

const crossEntropyGradient: Lowering = ({ main, outputs: [dlogits] }, program) => {
  const [dy, probabilities, labels] = main.inputs
  program.emit('softmaxCrossEntropyGrad', {
    probs: program.at(probabilities),
    labels: program.at(labels),
    labelKind: labelKind(labels),
    smoothing: (main.attrs as unknown as CrossEntropyAttrs).smoothing,
    dy: program.at(dy),
    dlogits: program.output(dlogits),
    ...rowsAndColumns(probabilities),
  })
}

const binaryCrossEntropy: Lowering = ({ main, outputs: [loss] }, program) => {
  const [logits, targets] = main.inputs
  const places = { logits: program.at(logits), targets: program.at(targets) }
  program.emit('binaryCrossEntropy', { ...places, loss: program.output(loss), count: sizeOf(loss.shape) })
}

const binaryCrossEntropyGradient: Lowering = ({ main, outputs: [dlogits] }, program) => {
  const [dy, logits, targets] = main.inputs
  const places = { logits: program.at(logits), targets: program.at(targets), dy: program.at(dy) }
  program.emit('binaryCrossEntropyGrad', { ...places, dlogits: program.output(dlogits), count: sizeOf(dlogits.shape) })
}

const correct: Lowering = ({ main, outputs: [y] }, program) => {
  const [logits, labels] = main.inputs
  program.emit('correct', {
    logits: program.at(logits),
    labels: program.at(labels),
    labelKind: labelKind(labels),
    dst: program.output(y),
    ...rowsAndColumns(logits),
  })
}

const dropout: Lowering = ({ main, outputs: [y] }, program) => {
  const [x, seed] = main.inputs
  const { rate, salt } = main.attrs as unknown as DropoutAttrs
  const src = program.at(x)
  program.emit('dropout', {
    src,
    dst: program.output(y, x),
    count: sizeOf(y.shape),
    rate,
    seed: program.at(seed),
    salt,
  })
}
