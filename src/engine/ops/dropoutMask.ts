import { hash32 } from '../../random.ts'

/** Key of one layer's mask in one step. */
export function dropoutKey(seed: number, step: number, salt: number): number {
  return hash32(hash32(hash32(seed | 0) + step) ^ Math.imul(salt + 1, 0x9e3779b9))
}

/** Whether dropout of `rate` keeps element `i`: the same hash as the kernel, 31 bits against a threshold. */
export function dropoutKept(seed: number, step: number, salt: number, i: number, rate: number): boolean {
  return hash32((Math.imul(i, 0x9e3779b9) + dropoutKey(seed, step, salt)) | 0) >>> 1 >= dropoutThreshold(rate)
}

/** Hashes (31 bits) below this drop the element. */
export const dropoutThreshold = (rate: number): number => Math.min(0x7fffffff, Math.floor(Math.fround(rate) * 2147483648))
