import type { Tensor } from '../../../engine/graph.ts'
import { type BatchNormAttrs, batchNormInferenceOp } from '../../../engine/ops/batchNorm.ts'
import {
  batchNorm,
  batchNormInference,
  dropout,
  groupNorm,
  layerNorm,
  localResponseNorm,
  logSoftmax,
  softmax,
} from '../../../engine/ops/index.ts'
import { logSoftmaxOp, softmaxOp } from '../../../engine/ops/softmax.ts'
import type { Exporter, Exporters } from '../exporter.ts'
import type { Importer, Importers } from '../importer.ts'
import { channelsLast, channelsSecond, inOrder } from '../layout.ts'
import { isPlaced, type WeightRole } from '../scope.ts'
import { importUnary, layoutOf } from './elementwise.ts'

const statistic: WeightRole = { kind: 'statistic', trainable: false }

const importBatchNorm: Importer = node => {
  const { scope } = node
  const { target } = scope
  const epsilon = node.attributes.float('epsilon', 1e-5)
  const momentum = node.attributes.float('momentum', 0.9)
  node.only('training_mode', 0)
  node.attributes.ignore('spatial')
  const x = node.input(0)
  const rank = scope.shape(x).length
  if (rank < 2) throw node.refuse(`its input has ${rank} dimensions; expected 2 or more`)
  const layout = channelsLast(rank)
  const vector = (i: number, role: WeightRole) => scope.tensor(node.input(i), undefined, role)
  const gamma = vector(1, { kind: 'scale', trainable: true })
  const beta = vector(2, { kind: 'bias', trainable: true })
  const [mean, variance] = [vector(3, statistic), vector(4, statistic)]
  const input = scope.tensor(x, layout)
  // Like a layer of the library: the batch's own statistics while training, the file's as running averages.
  if (target.training && target.updateStatistic) {
    const batch = batchNorm(input, gamma, beta, epsilon)
    target.updateStatistic(mean, batch.mean, momentum)
    target.updateStatistic(variance, batch.variance, momentum)
    return { tensor: batch.y, layout }
  }
  return { tensor: batchNormInference(input, gamma, beta, mean, variance, epsilon), layout }
}

/** Along the last axis in memory; another one is stored last first. */
const importSoftmax =
  (f: (x: Tensor) => Tensor): Importer =>
  node => {
    const { scope } = node
    const x = node.input(0)
    const rank = scope.shape(x).length
    const axis = node.axis(node.attributes.int('axis', -1), rank)
    const now = isPlaced(x) ? x.layout : inOrder(rank)
    const layout = [...now.filter(a => a !== axis), axis]
    return { tensor: f(scope.tensor(x, layout)), layout }
  }

/** Drops while a model trains; a second output, what was dropped, is not to be had. */
const importDropout: Importer = node => {
  const { target } = node.scope
  const rate = node.number(1, 'ratio') ?? 0.5
  node.attributes.ignore('seed')
  const random = target.training ? target.random : undefined
  if (!random || !(rate > 0 && rate < 1)) return [node.input(0), undefined]
  const y = importUnary(x => dropout(x, rate, random.seed, random.nextSalt()))(node)
  return Array.isArray(y) ? y : [y as never, undefined]
}

/** Over the last axis; ONNX allows more. */
const importLayerNorm: Importer = node => {
  const { scope } = node
  const x = node.input(0)
  const rank = scope.shape(x).length
  const axis = node.axis(node.attributes.int('axis', -1), rank)
  if (axis !== rank - 1) throw node.refuse(`axis=${axis} is not supported; the last axis is`)
  node.only('stash_type', 1)
  const size = scope.shape(x)[axis]
  const beta = node.inputs[2]
  const gamma = scope.operand(node.input(1), [0])
  const shift = beta ? scope.operand(beta, [0]) : scope.filled(0, [size])
  return {
    tensor: layerNorm(scope.tensor(x), gamma, shift, node.attributes.float('epsilon', 1e-5)),
    layout: inOrder(rank),
  }
}

/** Over groups of channels in each example; with one channel a group it is instance normalisation. */
const importGroupNorm =
  (perChannel: boolean): Importer =>
  node => {
    const { scope } = node
    const x = node.input(0)
    const shape = scope.shape(x)
    const layout = channelsLast(shape.length)
    const groups = perChannel ? shape[1] : node.attributes.int('num_groups', 0)
    node.attributes.ignore('stash_type')
    if (scope.shape(node.input(1))[0] !== shape[1])
      throw node.refuse('a scale for each group is not supported; opset 21 has one for each channel')
    const [gamma, beta] = [1, 2].map(i => scope.tensor(node.input(i), [0]))
    return {
      tensor: groupNorm(scope.tensor(x, layout), groups, gamma, beta, node.attributes.float('epsilon', 1e-5)),
      layout,
    }
  }

const importLocalResponseNorm: Importer = node => {
  const { scope, attributes } = node
  const x = node.input(0)
  const layout = channelsLast(scope.shape(x).length)
  const size = attributes.int('size', 0)
  if (size % 2 === 0) throw node.refuse(`size=${size} is not supported; odd sizes are`)
  const alpha = attributes.float('alpha', 1e-4) / size
  const settings = { size, alpha, beta: attributes.float('beta', 0.75), bias: attributes.float('bias', 1) }
  const channels = scope.shape(x)[1]
  scope.checkSize([channels, channels])
  return { tensor: localResponseNorm(scope.tensor(x, layout), settings), layout }
}

const exportBatchNorm: Exporter = (node, scope) => {
  const { epsilon } = node.attrs as unknown as BatchNormAttrs
  const [x, ...vectors] = node.inputs
  const layout = channelsSecond(x.shape.length)
  const inputs = [scope.in(x, layout), ...vectors.map(v => scope.in(v))]
  scope.define(node.outputs[0], 'BatchNormalization', inputs, { epsilon: { float: epsilon } }, layout)
}

const exportSoftmax =
  (op: string): Exporter =>
  (node, scope) => {
    const [x] = node.inputs
    const layout = layoutOf(x, scope)
    const axis = layout.indexOf(x.shape.length - 1)
    scope.define(node.outputs[0], op, [scope.in(x, layout)], { axis }, layout)
  }

export const importers: Importers = {
  BatchNormalization: importBatchNorm,
  LayerNormalization: importLayerNorm,
  GroupNormalization: importGroupNorm(false),
  InstanceNormalization: importGroupNorm(true),
  LRN: importLocalResponseNorm,
  Softmax: importSoftmax(softmax),
  LogSoftmax: importSoftmax(logSoftmax),
  Dropout: importDropout,
}
export const exporters: Exporters = [
  [batchNormInferenceOp, exportBatchNorm],
  [softmaxOp, exportSoftmax('Softmax')],
  [logSoftmaxOp, exportSoftmax('LogSoftmax')],
]
