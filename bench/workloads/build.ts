import {
  activation,
  averagePool2d,
  batchNorm,
  conv2d,
  dense,
  dropout,
  flatten,
  globalAveragePool2d,
  type Layer,
  lstm,
  type Model,
  maxPool2d,
  parallel,
  residual,
  sequential,
  simpleRnn,
} from '../../src/nn/index.ts'
import { findModel } from '../../src/zoo/index.ts'
import type { Workload } from './index.ts'
import type { LayerSpec, Network } from './network.ts'

/** The zoo's model of a workload; its network is the same, for those who can't build from the zoo (a test compares). */
export const modelOf = ({ model }: Workload): Model => findModel(model).build()

/** The same without dropout: what two systems must agree on. */
export function modelWithoutDropout(workload: Workload): Model {
  const { inputShape, layers, name } = modelOf(workload)
  return sequential(
    inputShape,
    layers.filter(l => l.type !== 'dropout'),
    { name },
  )
}

/** Inkling's model of a network; the closing softmax is there for prediction, losses work on the logits before it. */
export function buildModel(network: Network, name: string): Model {
  const layers = network.layers.map(spec => toLayer(spec, network.activation ?? 'relu'))
  return sequential(network.input, [...layers, activation('softmax')], { name })
}

function toLayer(spec: LayerSpec, relu: 'relu' | 'tanh'): Layer {
  const all = (specs: LayerSpec[]) => specs.map(inner => toLayer(inner, relu))
  switch (spec.type) {
    case 'conv': {
      const { filters, size, stride, padding, bias } = spec
      return conv2d(filters, size, { strides: stride, padding, useBias: bias, activation: spec.relu ? relu : 'linear' })
    }
    case 'dense':
      return dense(spec.units, { activation: spec.relu ? relu : 'linear' })
    case 'maxPool':
      return maxPool2d(spec.size)
    case 'averagePool':
      return averagePool2d(spec.size)
    case 'globalAveragePool':
      return globalAveragePool2d()
    case 'flatten':
      return flatten()
    case 'relu':
      return activation(relu)
    case 'dropout':
      return dropout(spec.rate)
    case 'batchNorm':
      return batchNorm({ epsilon: spec.epsilon, momentum: spec.momentum })
    case 'recurrent':
      return (spec.cell === 'lstm' ? lstm : simpleRnn)(spec.units, { returnSequences: spec.sequences })
    case 'residual':
      return residual(all(spec.body), { shortcut: all(spec.shortcut), activation: relu })
    case 'denseBlockLayer':
      return parallel([[], all(spec.body)])
  }
}

/** The network with no dropout anywhere: what two systems must agree on. */
export function withoutDropout(network: Network): Network {
  const strip = (layers: LayerSpec[]): LayerSpec[] =>
    layers.flatMap((spec): LayerSpec[] => {
      if (spec.type === 'dropout') return []
      if (spec.type === 'residual') return [{ ...spec, body: strip(spec.body), shortcut: strip(spec.shortcut) }]
      if (spec.type === 'denseBlockLayer') return [{ ...spec, body: strip(spec.body) }]
      return [spec]
    })
  return { ...network, layers: strip(network.layers) }
}
