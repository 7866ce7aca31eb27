import type { Shape } from '../engine/graph.ts'
import { sizeOf } from '../engine/graph.ts'
import { InklingError, nearest } from '../errors.ts'
import type { Random } from '../random.ts'

/** Gives a parameter's first values. `random` is a stream of the parameter's own, forked by its name. */
export type Initializer = (shape: Shape, random: Random) => Float32Array

/**
 * Numbers of inputs and outputs that one weight of `shape` connects, as Keras counts them: dense [in, out],
 * convolution [height, width, in, out] (each times the window's size).
 */
export function fans(shape: Shape): { fanIn: number; fanOut: number } {
  if (shape.length < 2) return { fanIn: sizeOf(shape), fanOut: sizeOf(shape) }
  const window = sizeOf(shape.slice(0, -2))
  return { fanIn: window * shape[shape.length - 2], fanOut: window * shape[shape.length - 1] }
}

const fill = (shape: Shape, value: () => number) => Float32Array.from({ length: sizeOf(shape) }, value)

/** All zeros. */
export const zeros = (): Initializer => shape => new Float32Array(sizeOf(shape))
/** All ones. */
export const ones = (): Initializer => constant(1)
/** All `value`. */
export const constant =
  (value: number): Initializer =>
  shape =>
    new Float32Array(sizeOf(shape)).fill(value)

/** Normal with the given mean and standard deviation. */
export const normal =
  (deviation = 0.05, mean = 0): Initializer =>
  (shape, random) =>
    fill(shape, () => mean + deviation * random.normal())

/** Uniform in [low, high). */
export const uniform =
  (low = -0.05, high = 0.05): Initializer =>
  (shape, random) =>
    fill(shape, () => random.uniform(low, high))

/** Uniform within sqrt(6 / (in + out)): the default of dense and convolution layers (Glorot and Bengio 2010). */
export const glorotUniform = (): Initializer => (shape, random) => {
  const { fanIn, fanOut } = fans(shape)
  const limit = Math.sqrt(6 / (fanIn + fanOut))
  return fill(shape, () => random.uniform(-limit, limit))
}

/** Normal with variance 2 / (in + out), cut at two deviations (Glorot and Bengio 2010). */
export const glorotNormal = (): Initializer => (shape, random) => {
  const { fanIn, fanOut } = fans(shape)
  return truncated(shape, random, Math.sqrt(2 / (fanIn + fanOut)))
}

/** Normal with variance 2 / in, cut at two deviations: for ReLU layers (He et al. 2015). */
export const heNormal = (): Initializer => (shape, random) => truncated(shape, random, Math.sqrt(2 / fans(shape).fanIn))

/** Uniform within sqrt(6 / in) (He et al. 2015). */
export const heUniform = (): Initializer => (shape, random) => {
  const limit = Math.sqrt(6 / fans(shape).fanIn)
  return fill(shape, () => random.uniform(-limit, limit))
}

/** A matrix with orthonormal rows or columns, times `gain` (Saxe et al. 2014). Leading axes are seen as rows. */
export const orthogonal =
  (gain = 1): Initializer =>
  (shape, random) => {
    const columns = shape[shape.length - 1]
    const rows = sizeOf(shape) / columns
    const [tall, thin] = [Math.max(rows, columns), Math.min(rows, columns)]
    // Gram-Schmidt, twice over each vector: once loses orthogonality when vectors are nearly parallel.
    const basis: Float64Array[] = []
    while (basis.length < thin) {
      const v = Float64Array.from({ length: tall }, () => random.normal())
      for (let pass = 0; pass < 2; pass++)
        for (const b of basis) {
          const along = dot(v, b)
          for (let i = 0; i < tall; i++) v[i] -= along * b[i]
        }
      const length = Math.sqrt(dot(v, v))
      if (length > 1e-6) basis.push(v.map(x => x / length))
    }
    const values = new Float32Array(rows * columns)
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) values[r * columns + c] = gain * (rows >= columns ? basis[c][r] : basis[r][c])
    return values
  }

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

/** A normal cut at two deviations keeps 0.7737 of its variance; dividing by its root restores it, as Keras does. */
const TRUNCATED_DEVIATION = 0.87962566103423978

function truncated(shape: Shape, random: Random, deviation: number): Float32Array {
  const scale = deviation / TRUNCATED_DEVIATION
  return fill(shape, () => {
    let z = random.normal()
    while (Math.abs(z) > 2) z = random.normal()
    return scale * z
  })
}

const byName = { zeros, ones, normal, uniform, glorotUniform, glorotNormal, heNormal, heUniform, orthogonal } as const
export type InitializerName = keyof typeof byName

/** An initializer itself, or the one of that name with its defaults. */
export function initializerOf(given: Initializer | InitializerName): Initializer {
  if (typeof given === 'function') return given
  if (!Object.hasOwn(byName, given)) {
    const near = nearest(given, Object.keys(byName))
    throw new InklingError(`no initializer is called "${given}"`, {
      exitCode: 2,
      hint: near ? `Did you mean ${near}?` : `There are ${Object.keys(byName).join(', ')}.`,
    })
  }
  return byName[given]()
}
