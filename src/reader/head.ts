import type { Head } from './networks.ts'

/** Probabilities of the classes: softmax of features * kernel + bias. */
export function probabilitiesOf({ kernel, bias }: Head, features: Float32Array): Float32Array {
  const n = bias.length
  const logits = bias.slice()
  for (let i = 0; i < features.length; i++) {
    const value = features[i]
    if (value !== 0) for (let k = 0; k < n; k++) logits[k] += value * kernel[i * n + k]
  }
  const largest = logits.reduce((a, b) => Math.max(a, b))
  const powers = logits.map(z => Math.exp(z - largest))
  const sum = powers.reduce((a, b) => a + b)
  return powers.map(p => p / sum)
}
