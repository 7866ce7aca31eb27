/**
 * A network as plain data: what every system of the benchmark builds from, each in its own way. Pictures are
 * channels-last; `padding` is in pixels on every side. The last layer gives logits.
 */
export type LayerSpec =
  | { type: 'conv'; filters: number; size: number; stride: number; padding: number; bias: boolean; relu: boolean }
  | { type: 'maxPool'; size: number }
  | { type: 'averagePool'; size: number }
  | { type: 'globalAveragePool' }
  | { type: 'flatten' }
  | { type: 'dense'; units: number; relu: boolean }
  | { type: 'relu' }
  | { type: 'dropout'; rate: number }
  | { type: 'batchNorm'; epsilon: number; momentum: number }
  /** cell 'tanh': a simple recurrent net. sequences: all states, else the last one. */
  | { type: 'recurrent'; cell: 'tanh' | 'lstm'; units: number; sequences: boolean }
  /** relu(body(x) + shortcut(x)). */
  | { type: 'residual'; body: LayerSpec[]; shortcut: LayerSpec[] }
  /** x and body(x) side by side along the channels. */
  | { type: 'denseBlockLayer'; body: LayerSpec[] }

export interface Network {
  /** Of one example, without the batch. */
  input: readonly number[]
  classes: number
  layers: LayerSpec[]
  /** What stands wherever the layers say relu, if not that: the comparison of gradients wants a smooth one. */
  activation?: 'tanh'
}

type Conv = Extract<LayerSpec, { type: 'conv' }>

export const conv = (filters: number, size: number, options: Partial<Conv> = {}): LayerSpec => ({
  ...{ type: 'conv', filters, size, stride: 1, padding: (size - 1) / 2, bias: true, relu: false },
  ...options,
})
export const dense = (units: number, { relu = false } = {}): LayerSpec => ({ type: 'dense', units, relu })
export const maxPool = (size: number): LayerSpec => ({ type: 'maxPool', size })
export const averagePool = (size: number): LayerSpec => ({ type: 'averagePool', size })
export const globalAveragePool = (): LayerSpec => ({ type: 'globalAveragePool' })
export const flatten = (): LayerSpec => ({ type: 'flatten' })
export const relu = (): LayerSpec => ({ type: 'relu' })
export const dropout = (rate: number): LayerSpec => ({ type: 'dropout', rate })
export const batchNorm = (): LayerSpec => ({ type: 'batchNorm', epsilon: 1e-3, momentum: 0.99 })
export const recurrent = (cell: 'tanh' | 'lstm', units: number, { sequences = false } = {}): LayerSpec => ({
  ...{ type: 'recurrent', cell, units, sequences },
})
export const residual = (body: LayerSpec[], shortcut: LayerSpec[] = []): LayerSpec => ({
  ...{ type: 'residual', body, shortcut },
})
export const denseBlockLayer = (body: LayerSpec[]): LayerSpec => ({ type: 'denseBlockLayer', body })
