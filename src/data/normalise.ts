import { InklingError } from '../errors.ts'
import { type Dataset, exampleAt, labelsOf, rowOf, strideOf } from './dataset.ts'

/**
 * How the values of pictures enter a model: 0 or 1 by a threshold, 0..1, -1..1, or mean 0 and deviation 1 for each
 * channel.
 */
export type Normalisation = (typeof NORMALISATIONS)[number]
export const NORMALISATIONS = ['binary', 'unit', 'signed', 'standardise'] as const

/**
 * A value v enters a model as v * scale + shift, held within 0..1 by `clip`: one entry for all channels, or one for each.
 * Bytes count as 0..255.
 */
export interface Scaling {
  scale: number[]
  shift: number[]
  clip?: boolean
}

/**
 * The scaling of a normalisation, to be used for training, validation and test alike. `standardise` takes its figures
 * from `train`, the training part alone; `binary` makes bytes from 128 on 1 and those below 0.
 */
export function scalingFor(kind: Normalisation, train: Dataset): Scaling {
  if (kind === 'standardise') {
    const { mean, deviation } = channelStatistics(train)
    return { scale: deviation.map(d => 1 / d), shift: deviation.map((d, c) => -mean[c] / d) }
  }
  const full = train.features instanceof Uint8Array ? 255 : 1
  if (kind === 'unit') return { scale: [1 / full], shift: [0] }
  // 127 becomes -0.5, 128 becomes 1.5; what lies between, as in turned pictures, has grey edges.
  if (kind === 'binary') return { scale: [510 / full], shift: [-254.5], clip: true }
  if (kind === 'signed') return { scale: [2 / full], shift: [-1] }
  throw new InklingError(`there is no normalisation "${kind}"`, {
    exitCode: 2,
    hint: 'Known: binary (0 or 1), unit (0..1), signed (-1..1), standardise (per channel).',
  })
}

/** Mean and standard deviation of every channel (the last axis) over all examples, in the units of the features. */
export function channelStatistics(ds: Dataset): { mean: number[]; deviation: number[] } {
  if (ds.length === 0) throw new InklingError(`${ds.name} has no examples to take a mean of`)
  const channels = ds.shape.at(-1) as number
  const sum = new Float64Array(channels)
  const squares = new Float64Array(channels)
  // Moments about a first value: sums of raw squares lose the digits of data far from 0.
  const origin = Array.from(exampleAt(ds, 0).subarray(0, channels))
  for (let i = 0; i < ds.length; i++) {
    const values = exampleAt(ds, i)
    for (let k = 0; k < values.length; k += channels) {
      for (let c = 0; c < channels; c++) {
        const d = values[k + c] - origin[c]
        sum[c] += d
        squares[c] += d * d
      }
    }
  }
  const count = (ds.length * strideOf(ds.shape)) / channels
  const mean = Array.from(sum, (s, c) => origin[c] + s / count)
  const lost = mean.findIndex(value => !Number.isFinite(value))
  if (lost >= 0)
    throw new InklingError(`channel ${lost + 1} of ${ds.name} holds what is no finite number`, {
      hint: 'Clean the data: nothing can be standardised by NaN or infinity.',
    })
  const deviation = Array.from(squares, (q, c) => Math.sqrt(Math.max(0, q / count - (sum[c] / count) ** 2)) || 1)
  return { mean, deviation }
}

/** A copy that holds the examples of a view and nothing else. */
export function compact(ds: Dataset): Dataset {
  const stride = strideOf(ds.shape)
  const size = ds.length * stride
  const features = ds.features instanceof Uint8Array ? new Uint8Array(size) : new Float32Array(size)
  for (let i = 0; i < ds.length; i++) features.set(exampleAt(ds, i), i * stride)
  const labels = ds.labels && labelsOf(ds)
  const { groups } = ds
  const ids = groups && Int32Array.from({ length: ds.length }, (_, i) => groups.ids[rowOf(ds, i)])
  const { name, shape, classes, length } = ds
  return { name, shape, classes, length, features, labels, groups: groups && ids && { ...groups, ids } }
}
