import type { Tensor } from '../engine/graph.ts'
import { gelu, leakyRelu, relu, sigmoid, softmax, tanh } from '../engine/ops/index.ts'
import { InklingError, nearest } from '../errors.ts'
import { type Layer, type LayerFunction, type LayerOptions, layer, type OutputActivation } from './layer.ts'

/** Slope of Keras' LeakyReLU below zero. */
export const LEAKY_SLOPE = 0.3

const byName = {
  linear: (x: Tensor) => x,
  relu,
  leakyRelu: (x: Tensor) => leakyRelu(x, LEAKY_SLOPE),
  sigmoid,
  tanh,
  gelu,
  softmax,
} as const
/** Activations that layers take by name. */
export type ActivationName = keyof typeof byName

/** By name, or as a function over ops. */
export type Activation = ActivationName | ((x: Tensor) => Tensor)

/** The function of an activation. */
export function activationOf(given: Activation): (x: Tensor) => Tensor {
  if (typeof given === 'function') return given
  if (!Object.hasOwn(byName, given)) {
    const near = nearest(String(given), Object.keys(byName))
    throw new InklingError(`no activation is called "${given}"`, {
      exitCode: 2,
      hint: near ? `Did you mean ${near}?` : `There are ${Object.keys(byName).join(', ')}.`,
    })
  }
  return byName[given]
}

const isOutput = (given: Activation): given is OutputActivation & ActivationName =>
  given === 'softmax' || given === 'sigmoid'

/** A layer `linear` followed by `activation`; a closing softmax or sigmoid is remembered so that a loss can leave it out. */
export function activated(type: string, linear: LayerFunction, activation: Activation, options: LayerOptions): Layer {
  const f = activationOf(activation)
  return layer(type, (x, ctx, others) => f(linear(x, ctx, others)), {
    name: options.name,
    trainable: options.trainable,
    output: isOutput(activation) ? { activation, logits: linear } : undefined,
  })
}
