/**
 * Which elements dropout keeps: a hash of (seed, step, layer, position), the same here and in `kernels/dropout.ts`.
 * Nothing is stored: the gradient computes the mask anew.
 */
import { hash32, mix } from '../../random.ts'

/** Key of one layer at one step. All three are 32-bit integers. */
export function dropoutKey(seed: number, step: number, salt: number): number {
  return mix(mix(seed | 0, step | 0), salt | 0)
}

/** Of 2^31 equally likely hashes those below the threshold drop their element. `rate` is rounded to f32 first. */
export function dropoutThreshold(rate: number): number {
  return Math.floor(Math.fround(rate) * 2147483648)
}

/** Whether element `i` is kept. */
export function dropoutKeeps(i: number, key: number, threshold: number): boolean {
  return hash32((Math.imul(i, 0x9e3779b9) + key) | 0) >>> 1 >= threshold
}

/** What kept elements are multiplied by: 1 / (1 - rate) in f32. */
export function dropoutScale(rate: number): number {
  return Math.fround(1 / Math.fround(1 - Math.fround(rate)))
}
