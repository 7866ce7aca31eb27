/** The features of a picture in plain JavaScript: for hosts whose WebAssembly lacks what the kernels use. */
import type { Extractor } from './kernels.ts'
import { type Convolution, type Network, shapesOf } from './networks.ts'

/** About 20 times as slow as the kernels, with the same results up to rounding. */
export function createPlainExtractor(network: Network): Extractor {
  const shapes = shapesOf(network.stages)
  return pixels => {
    let values: Float32Array = Float32Array.from(pixels, v => v / 255)
    network.stages.forEach((stage, i) => {
      const { side, channels } = shapes[i]
      values = stage.kind === 'halve' ? halve(values, side, channels) : convolve(values, side, stage)
    })
    return values
  }
}

function convolve(input: Float32Array, side: number, stage: Convolution): Float32Array {
  const { kernel, bias, size, channels, filters, border } = stage
  const out = side + 2 * border - size + 1
  const result = new Float32Array(out * out * filters)
  const sums = new Float32Array(filters)
  for (let y = 0; y < out; y++) {
    for (let x = 0; x < out; x++) {
      sums.set(bias)
      for (let ky = 0; ky < size; ky++) {
        const row = y + ky - border
        if (row < 0 || row >= side) continue
        for (let kx = 0; kx < size; kx++) {
          const column = x + kx - border
          if (column < 0 || column >= side) continue
          for (let c = 0; c < channels; c++) {
            const value = input[(row * side + column) * channels + c]
            if (value === 0) continue // after a ReLU, about half of them
            const w = ((ky * size + kx) * channels + c) * filters
            for (let f = 0; f < filters; f++) sums[f] += value * kernel[w + f]
          }
        }
      }
      const at = (y * out + x) * filters
      for (let f = 0; f < filters; f++) result[at + f] = Math.max(0, sums[f])
    }
  }
  return result
}

function halve(input: Float32Array, side: number, channels: number): Float32Array {
  const out = side >> 1
  const result = new Float32Array(out * out * channels)
  for (let y = 0; y < out; y++) {
    for (let x = 0; x < out; x++) {
      const from = (2 * y * side + 2 * x) * channels
      for (let c = 0; c < channels; c++) {
        const below = from + side * channels
        result[(y * out + x) * channels + c] = Math.max(
          Math.max(input[from + c], input[from + channels + c]),
          Math.max(input[below + c], input[below + channels + c]),
        )
      }
    }
  }
  return result
}
